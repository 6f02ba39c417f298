"""The local cloud: everything `make up` needs to run the unchanged program without an AWS account."""
