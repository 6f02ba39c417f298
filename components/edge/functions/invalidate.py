"""The function that makes CloudFront forget what it keeps; it runs in Lambda."""

from __future__ import annotations

from typing import Any

import botocore.session  # the runtime has it


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Invalidates ``/*`` of the distribution in `event`, and returns the invalidation's id.

    Every request is an invalidation of its own: content that comes back is to be fetched again too.
    """
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": context.aws_request_id}
    cloudfront: Any = botocore.session.get_session().create_client("cloudfront", region_name="us-east-1")
    answer = cloudfront.create_invalidation(DistributionId=event["distribution"], InvalidationBatch=batch)
    return {"invalidation": answer["Invalidation"]["Id"]}
