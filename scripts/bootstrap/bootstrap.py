"""The bucket and the key of Pulumi's state, made once for an account and region (RPH-CFG-00, RPH-MAN-01).

Pulumi's S3 backend locks by objects of its own, so there is no lock table: https://www.pulumi.com/docs/iac/concepts/state-and-backends/.
The roles of delivery are the stack's: plinth:delivery.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from scripts.aws_errors import code
from scripts.output import Result, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from scripts.cloud import Cloud

_KEPT_DAYS: Final = 90
_FIRST_REGION: Final = "us-east-1"  # it takes no LocationConstraint


class Bootstrapped(Result):
    """Where state is kept, and what was done for it; nothing is when all was there."""

    bucket: str
    key: str
    region: str
    done: tuple[str, ...]

    def show(self, console: Console) -> None:
        """Print what to do next."""
        console.print(
            f"state bucket {self.bucket}, key {self.key}: {', '.join(self.done) or 'all was there'}", markup=False
        )
        console.print("Next:", markup=False)
        console.print(f"  pulumi login s3://{self.bucket}", markup=False)
        console.print(
            f"  pulumi stack init STACK --secrets-provider 'awskms://{self.key}?region={self.region}'", markup=False
        )


class Bootstrap:
    """Makes what is missing, and leaves what is there, so that it can be run again and again."""

    def __init__(self, cloud: Cloud, *, bucket: str | None = None, dry_run: bool = False) -> None:
        self._cloud, self._dry_run = cloud, dry_run
        self.bucket = bucket or f"plinth-state-{cloud.account()}-{cloud.region}"
        self.alias = "alias/plinth-state"
        self._s3, self._kms = cloud.client("s3"), cloud.client("kms")
        self._done: list[str] = []

    def run(self) -> Bootstrapped:
        """Make the key, then the bucket that it encrypts, then close the bucket."""
        self._key()
        if not self._has_bucket():
            self._do(f"make bucket {self.bucket}", self._create_bucket)
        if self._dry_run and self._done:
            self._done.append("versions, encryption, no public access, TLS alone, old versions gone after 90 days")
        else:
            self._close()
        return Bootstrapped(bucket=self.bucket, key=self.alias, region=self._cloud.region, done=tuple(self._done))

    def _key(self) -> None:
        aliases = {each["AliasName"] for each in self._cloud.pages("kms", "list_aliases", "Aliases")}
        if self.alias not in aliases:
            self._do(f"make key {self.alias}, which changes every year", self._create_key)

    def _create_key(self) -> None:
        key = self._kms.create_key(Description="Secrets in the state of Pulumi", KeyUsage="ENCRYPT_DECRYPT")
        key_id = key["KeyMetadata"]["KeyId"]
        self._kms.enable_key_rotation(KeyId=key_id)
        self._kms.create_alias(AliasName=self.alias, TargetKeyId=key_id)

    def _has_bucket(self) -> bool:
        try:
            self._s3.head_bucket(Bucket=self.bucket)
        except self._s3.exceptions.ClientError as error:
            if code(error) in {"404", "NoSuchBucket"}:
                return False
            raise
        return True

    def _create_bucket(self) -> None:
        region = self._cloud.region
        where = {} if region == _FIRST_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._s3.create_bucket(Bucket=self.bucket, **where)

    def _close(self) -> None:
        """Set what is not as it should be; each is read first, so that a second run changes nothing."""
        for name, read, wanted, write in self._rules():
            if read() != wanted:
                self._do(name, write)

    def _rules(self) -> list[tuple[str, Callable[[], Any], Any, Callable[[], Any]]]:
        s3, bucket = self._s3, self.bucket
        encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.alias}
        block = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        return [
            (
                "keep versions",
                lambda: s3.get_bucket_versioning(Bucket=bucket).get("Status"),
                "Enabled",
                lambda: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}),
            ),
            (
                "encrypt by the key",
                lambda: _read(
                    lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0][
                        "ApplyServerSideEncryptionByDefault"
                    ]
                ),
                encryption,
                lambda: s3.put_bucket_encryption(
                    Bucket=bucket,
                    ServerSideEncryptionConfiguration={
                        "Rules": [{"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": True}]
                    },
                ),
            ),
            (
                "no public access",
                lambda: _read(lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]),
                block,
                lambda: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block),
            ),
            (
                "TLS alone",
                lambda: _read(lambda: json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])),
                self._policy(),
                lambda: s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(self._policy())),
            ),
            (
                f"old versions go after {_KEPT_DAYS} days",
                lambda: _read(
                    lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0][
                        "NoncurrentVersionExpiration"
                    ]["NoncurrentDays"]
                ),
                _KEPT_DAYS,
                lambda: s3.put_bucket_lifecycle_configuration(
                    Bucket=bucket,
                    LifecycleConfiguration={
                        "Rules": [
                            {
                                "ID": "old-versions",
                                "Status": "Enabled",
                                "Filter": {},
                                "NoncurrentVersionExpiration": {"NoncurrentDays": _KEPT_DAYS},
                                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                            }
                        ]
                    },
                ),
            ),
        ]

    def _policy(self) -> dict[str, Any]:
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TlsAlone",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }

    def _do(self, what: str, work: Callable[[], Any]) -> None:
        tell(f"  {what}")
        self._done.append(what)
        if not self._dry_run:
            work()


def _read(look: Callable[[], Any]) -> Any:
    """What is set, or None where nothing is."""
    try:
        return look()
    except ClientError as error:
        if code(error).startswith("NoSuch") or code(error).endswith("NotFoundError"):
            return None
        raise
