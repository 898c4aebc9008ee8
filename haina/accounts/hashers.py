from django.contrib.auth import hashers


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """With 19 MiB for a hash, as OWASP advises, instead of Django's 100: several people sign in at
    once, each in a thread of one process. Others' hashes are made anew at the next sign-in."""

    time_cost, memory_cost, parallelism = 2, 19_456, 1
