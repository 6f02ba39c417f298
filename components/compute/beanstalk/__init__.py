"""Containers on Elastic Beanstalk: the environment, its options, schedule and source bundle."""
