"""Small fakes of AWS APIs that the emulator lacks: they check requests against botocore's model and keep them.

What each does not do is in its docstring; it never claims to have done it.
"""

from __future__ import annotations

# Each served API by boto3's name for it: how AWS_ENDPOINT_URL_<SERVICE> spells it, and the class that answers,
# made without arguments, whose `operation(name)` is the function from parameters and region to the response.
FAKES = {
    "application-autoscaling": ("APPLICATION_AUTO_SCALING", "local.fakes.autoscaling:AutoScaling"),
    "elasticbeanstalk": ("ELASTIC_BEANSTALK", "local.fakes.beanstalk.service:Beanstalk"),
    "xray": ("XRAY", "local.fakes.xray:XRay"),
    "synthetics": ("SYNTHETICS", "local.fakes.synthetics:Synthetics"),
    "ce": ("COST_EXPLORER", "local.fakes.cost_explorer:CostExplorer"),
}


def endpoints(url: str) -> dict[str, str]:
    """The variables that lead AWS clients to the fakes served at `url`."""
    return {f"AWS_ENDPOINT_URL_{name}": url for name, _ in FAKES.values()}
