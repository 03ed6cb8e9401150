"""django-storages: the files of a Django application in a bucket."""

import pytest

pytest.importorskip("storages")


def test_django_storages(store):
    import django
    from django.conf import settings
    if not settings.configured:
        settings.configure(USE_TZ=True)
        django.setup()
    import requests
    from django.core.files.base import ContentFile
    from storages.backends.s3 import S3Storage
    store.boto3().create_bucket(Bucket="django")
    storage = S3Storage(
        access_key=store.key, secret_key=store.secret, bucket_name="django", endpoint_url=store.s3,
        region_name="us-east-1", signature_version="s3v4", addressing_style="path", file_overwrite=False)
    body = bytes(range(256)) * 50_000
    name = storage.save("media/ein Bild+1.bin", ContentFile(body))
    again = storage.save("media/ein Bild+1.bin", ContentFile(b"other"))
    assert name == "media/ein Bild+1.bin" and again != name
    assert storage.exists(name) and storage.size(name) == len(body)
    with storage.open(name) as file:
        assert file.read() == body
    with storage.open("media/written.txt", "w") as file:
        file.write("text äöü")
    with storage.open("media/written.txt", "rb") as file:
        assert file.read().decode() == "text äöü"
    folders, files = storage.listdir("media")
    assert folders == [] and sorted(files) == sorted([name.split("/")[1], again.split("/")[1], "written.txt"])
    assert requests.get(storage.url(name), timeout=60).content == body
    assert storage.get_modified_time(name).year >= 2020
    storage.delete(name)
    assert not storage.exists(name)
