"""New processes are forks of one that has imported what takes long and reads no setting."""

import multiprocessing

cold = multiprocessing.get_context("forkserver")
cold.set_forkserver_preload(
    [
        *("celery.app.base", "celery.apps.beat", "celery.apps.worker", "celery.bin.celery"),
        *("celery.concurrency.prefork", "cryptography.fernet", "django.contrib.admin"),
        *("kombu.transport.redis", "lxml.etree", "openpyxl", "phonenumbers", "psycopg"),
        *("pypinyin", "pytest", "redis", "requests", "wechatpy", "xlrd"),
    ]
)
