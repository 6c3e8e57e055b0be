import hashlib

import pytest

from leadgate.errors import ConfigError
from serving.auth.api_keys import EVERYTHING, Keys, hash_key, is_loopback, new_key


def test_new_key_is_long_new_and_goes_with_its_hash():
    (key, key_hash), (other, _) = new_key(), new_key()
    assert key != other
    assert len(key) > 40
    assert key_hash == hashlib.sha256(key.encode()).hexdigest()


def test_keys_accept_several_plain_and_hashed_ones():
    keys = Keys(" old , new ", [hash_key("hashed")])
    assert len(keys) == 3
    assert all(keys.accept(key) for key in (b"old", b"new", b"hashed"))
    assert not any(keys.accept(key) for key in (b"", b"ol", b"old,new", b"\xff", b"OLD"))


@pytest.mark.parametrize("plain", ["", " ", ",", " , "])
def test_keys_without_any_accept_none(plain):
    keys = Keys(plain)
    assert len(keys) == 0
    assert not keys.accept(plain.encode())


def test_keys_accept_the_hash_of_a_key_only_for_that_key():
    assert not Keys(hashes=[hash_key("k")]).accept(hash_key("k").encode())


def test_keys_name_every_hash_that_is_none():
    with pytest.raises(ConfigError, match=r"key_hashes\.0: not a SHA-256.*key_hashes\.2") as caught:
        Keys(hashes=["secret-key", hash_key("k"), "ab" * 31])
    assert "secret-key" not in str(caught.value)


@pytest.mark.parametrize(
    ("scopes", "prefix"),
    [
        (["score"], "score:"),
        (["write", "score", "write"], "score+write:"),
        (["score", "write", "feedback", "admin"], ""),
        (["score", "write", "admin"], "score+write+admin:"),
    ],
)
def test_new_key_is_good_for_its_scopes(scopes, prefix):
    key, entry = new_key(scopes)
    assert entry == prefix + hash_key(key)
    caller = Keys(hashes=[entry]).accept(key.encode())
    assert caller.scopes == set(scopes)
    assert key not in caller.name


def test_keys_without_scopes_are_good_for_everything():
    keys = Keys("plain", [hash_key("hashed")])
    assert {keys.accept(key).scopes for key in (b"plain", b"hashed")} == {EVERYTHING}


@pytest.mark.parametrize("entry", ["read:{}", ":{}", "score+:{}", "score:", "score,write:{}"])
def test_keys_refuse_a_scope_that_is_none(entry):
    with pytest.raises(ConfigError, match=r"key_hashes\.0.*score, write, feedback, admin"):
        Keys(hashes=[entry.format(hash_key("k"))])


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.7", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_is_loopback(host, expected):
    assert is_loopback(host) is expected
