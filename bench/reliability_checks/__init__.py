"""What ``bench/reliability`` does: one module for each of its subcommands."""
