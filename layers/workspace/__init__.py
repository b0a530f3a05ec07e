"""A planner's own data in a plain folder: it takes the place of embedded layers, one by one."""
