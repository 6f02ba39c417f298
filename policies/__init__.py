"""The guardrails of docs/requirements.md, section 7: a policy pack that judges any Pulumi program for AWS."""
