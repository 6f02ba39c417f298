"""How requests come in: load balancer and firewall."""
