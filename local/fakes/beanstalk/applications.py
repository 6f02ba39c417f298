"""Applications and their versions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.fakes.beanstalk import bundle
from local.fakes.beanstalk.store import Params, Store, arn
from local.fakes.errors import ApiError

_NO_LIFECYCLE = {
    "VersionLifecycleConfig": {
        "MaxCountRule": {"Enabled": False, "MaxCount": 200, "DeleteSourceFromS3": False},
        "MaxAgeRule": {"Enabled": False, "MaxAgeInDays": 180, "DeleteSourceFromS3": False},
    }
}


class Applications(Store):
    """The operations on applications and versions."""

    def _create_application(self, params: Params, region: str) -> dict[str, Any]:
        name = params["ApplicationName"]
        if (region, name) in self._applications:
            raise ApiError("InvalidParameterValue", f"Application {name} already exists.")
        now = datetime.now(UTC)
        place = arn(region, f"application/{name}")
        self._applications[region, name] = {
            "ApplicationArn": place, "ApplicationName": name, "Description": params.get("Description", ""),
            "DateCreated": now, "DateUpdated": now,
            "ResourceLifecycleConfig": params.get("ResourceLifecycleConfig", _NO_LIFECYCLE),
        }  # fmt: skip
        self._tag(place, params)
        return {"Application": self._application(params, region)}

    def _describe_applications(self, params: Params, region: str) -> dict[str, Any]:
        wanted = params.get("ApplicationNames")
        names = [name for place, name in self._applications if place == region and (not wanted or name in wanted)]
        return {"Applications": [self._application({"ApplicationName": name}, region) for name in names]}

    def _update_application(self, params: Params, region: str) -> dict[str, Any]:
        self._application(params, region)
        kept = self._applications[region, params["ApplicationName"]]
        kept |= {"Description": params.get("Description", kept["Description"]), "DateUpdated": datetime.now(UTC)}
        return {"Application": self._application(params, region)}

    def _update_lifecycle(self, params: Params, region: str) -> dict[str, Any]:
        self._application(params, region)
        kept = self._applications[region, params["ApplicationName"]]
        kept["ResourceLifecycleConfig"] = params["ResourceLifecycleConfig"]
        return dict(params)

    def _delete_application(self, params: Params, region: str) -> dict[str, Any]:
        key = (region, params["ApplicationName"])
        alive = [each for each in self._alive(region) if each.application == key[1]]
        if alive and not params.get("TerminateEnvByForce"):
            names = ", ".join(each.name for each in alive)
            raise ApiError("OperationInProgressFailure", f"Unable to delete application {key[1]}: {names} still runs.")
        for each in alive:
            each.become("Terminating", each.terminate)
        self._applications.pop(key, None)  # deleting what is not there succeeds
        for store in (self._versions, self._templates):
            for each_key in [each for each in store if each[:2] == key]:
                del store[each_key]
        return {}

    def _create_version(self, params: Params, region: str) -> dict[str, Any]:
        name, label = params["ApplicationName"], params["VersionLabel"]
        if (region, name) not in self._applications and params.get("AutoCreateApplication"):
            self._create_application({"ApplicationName": name}, region)
        self._application(params, region)
        if (region, name, label) in self._versions:
            raise ApiError("InvalidParameterValue", f"Application Version {label} already exists.")
        source = params.get("SourceBundle")
        if source is None:
            raise ApiError("InvalidParameterCombination", "a version without SourceBundle is not possible here")
        try:
            bundle.fetch(region, source["S3Bucket"], source["S3Key"])
        except bundle.BundleError as error:
            raise ApiError("InvalidParameterValue", str(error)) from None
        now, place = datetime.now(UTC), arn(region, f"applicationversion/{name}/{label}")
        self._versions[region, name, label] = {
            "ApplicationVersionArn": place, "ApplicationName": name, "Description": params.get("Description", ""),
            "VersionLabel": label, "SourceBundle": source, "DateCreated": now, "DateUpdated": now,
            "Status": "PROCESSED" if params.get("Process") else "UNPROCESSED",
        }  # fmt: skip
        self._tag(place, params)
        return {"ApplicationVersion": self._versions[region, name, label]}

    def _describe_versions(self, params: Params, region: str) -> dict[str, Any]:
        wanted = params.get("VersionLabels")
        found = [
            version
            for (place, name, label), version in self._versions.items()
            if place == region and params.get("ApplicationName", name) == name and (not wanted or label in wanted)
        ]
        return {"ApplicationVersions": sorted(found, key=lambda each: each["DateCreated"], reverse=True)}

    def _update_version(self, params: Params, region: str) -> dict[str, Any]:
        version = self._version(region, params["ApplicationName"], params["VersionLabel"])
        version |= {"Description": params.get("Description", ""), "DateUpdated": datetime.now(UTC)}
        return {"ApplicationVersion": version}

    def _delete_version(self, params: Params, region: str) -> dict[str, Any]:
        name, label = params["ApplicationName"], params["VersionLabel"]
        version = self._versions.get((region, name, label))
        if any(each.application == name and each.version == label for each in self._alive(region)):
            message = f"Unable to delete application version {label} because it is deployed to an environment."
            raise ApiError("SourceBundleDeletionFailure", message)
        if version and params.get("DeleteSourceBundle"):
            bundle.delete(region, version["SourceBundle"]["S3Bucket"], version["SourceBundle"]["S3Key"])
        self._versions.pop((region, name, label), None)
        return {}
