"""The signed bundle that training hands over: its files, its checks, its content."""
