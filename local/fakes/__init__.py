"""Small fakes of AWS APIs that the emulator lacks: they check requests against botocore's model and keep them.

What they do not do is what the service is for: nothing scales.
"""
