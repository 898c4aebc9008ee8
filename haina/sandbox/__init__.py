"""WeChat's servers as far as Haina needs them, over real HTTP, for the demo and for tests.

A small Django project of its own: it imports no other part of haina, and the product knows nothing
of it but base URLs. All its state is in the memory of one process and ends with it.
"""
