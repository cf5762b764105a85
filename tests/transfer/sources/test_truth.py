"""A truth table of JSON texts after RFC 8259: what must be taken, and what must not.

Each text stands three times: as the only element of an array, as a line of NDJSON, and as a value in a
sequence. It is taken when it gives one record without a flaw.
"""

from __future__ import annotations

import json
from typing import Final

import pytest

from toolkit.transfer.errors import SourceUnreadableError
from toolkit.transfer.sources.located import FileSource
from toolkit.transfer.sources.options import ReadOptions, Shape
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.sources.stream import open_stream

ACCEPT: Final = [
    # structures and whitespace
    b"{}", b"[]", b"[[]]", b"[{}]", b'{"a":[]}', b"[[],[]]", b'{"a":{}}', b" {} ", b"\t[\t]\t",
    b"\r[\r]\r", b"[ ]", b"{ }", b'{ "a" : 1 , "b" : 2 }', b"[1,2]", b"[1 ,2 , 3]",
    b'[null,true,false,1,"a",{},[]]', b"[" * 100 + b"]" * 100, b'{"a":' * 100 + b"1" + b"}" * 100,
    b'{"a":{"a":{"a":{"a":1}}}}', b'{"":0}', b'{"":{"":{"":""}}}', b'[{"a":1},{"a":1}]', b'{"a":null}',
    b'[[[[[[[[[["deep"]]]]]]]]]]', b"[-0]", b"[\t1\r]",
    # literals
    b"true", b"false", b"null", b"[true]", b"[null,null]", b' "text" ', b'{"true":false}',
    # numbers
    b"0", b"-0", b"1", b"-1", b"10", b"1234567890", b"0.0", b"-0.0", b"0.1", b"-0.1", b"1.5", b"123.456",
    b"1e1", b"1E1", b"1e+1", b"1e-1", b"1E+1", b"1E-1", b"0e0", b"0E+0", b"0e-0", b"-0e0", b"1.5e10",
    b"1.5E-10", b"-1.5e+10", b"1e400", b"-1e400", b"1e-400", b"123456789012345678901234567890",
    b"0.1234567890123456789012345678901234567890", b"1e0", b"1e00", b"1e01", b"1e-01", b"20e1",
    b"-1.0000000000000000000001", b"9007199254740993", b"1" * 400, b"0." + b"0" * 400 + b"1",
    b"[0,-0,0.0]", b"1e999999999", b"-9223372036854775808",
    # strings and escapes
    b'""', b'"a"', b'" "', b'"\\""', b'"\\\\"', b'"\\/"', b'"/"', b'"\\b"', b'"\\f"', b'"\\n"', b'"\\r"',
    b'"\\t"', b'"\\u0000"', b'"\\u0061"', b'"\\u00E9"', b'"\\u00e9"', b'"\\uFFFF"', b'"\\ufffe"',
    b'"\\uFDD0"', b'"\\u2028"', b'"\\uD83D\\uDE00"', b'"\\ud83d\\ude00"', b'"\\uD834\\uDD1E"',
    b'"\\uDBFF\\uDFFF"', b'"\\\\u0061"', b'"\\\\n"', b'"\\\\\\""', b'"\\u0022"', b'"\\u005C"',
    b'"\\u002F"', b'"\\u0001"', b'"\\u001f"', b'"\\u200B"', b'"\\uFEFF"', b'"\x7f"', "\"é\"".encode(),
    '"日本語"'.encode(), '"😀"'.encode(), '"\u2028"'.encode(), '"\u2029"'.encode(), '"\u0080"'.encode(),
    '"\u200b"'.encode(), '"\ufeff"'.encode(), '"\uffff"'.encode(), '"\U0010ffff"'.encode(),
    '"e\u0301"'.encode(), b'"/* no comment */"', b'"// neither"', b'"[]{},:"', b'"\'"',
    b'"\\u0060\\u012a\\u12AB"', b'"a\\u0000b"', b'"' + b"x" * 5000 + b'"', b'"' + b"\\\\" * 999 + b'"',
    b'"' + b'\\"' * 999 + b'"', b'"NaN"',
    # objects
    b'{"a":1}', b'{"a":1,"b":2}', b'{"a":1,"A":2}', b'{"a":[1,{"b":[2]}]}', b'{"\\u0061b":1}',
    '{"é":1}'.encode(), b'{"a b":1,"a.b":2,"a/b":3,"a~b":4}', b'{"0":0}', b'{"null":null}',
    b'{"a":"b","c":"d"}', b'{"\\"":1}', b'{"a":1\r\n}', b'{"a"\t:\t1}', b'{"x":"\\u0000"}',
    b'{"\\u0000":1}', b'{"min":-1.0e+28,"max":1.0e+28}',
]  # fmt: skip

REJECT: Final = [
    # structures
    b"[", b"]", b"{", b"}", b"[1", b"[1,", b"[1,]", b"[,1]", b"[,]", b"[,,]", b"[1,,2]", b"[1 2]",
    b"[1:2]", b'["a":1]', b"[}", b"{]", b"[[]", b"[]]", b"{}}", b"{{}}", b"[{]", b"[{}", b"[[1}",
    b'{"a":[}', b"{,}", b'{"a":1,}', b'{,"a":1}', b'{"a":1,,"b":2}', b'{"a"}', b'{"a":}', b'{"a":1 "b":2}',
    b'{"a" 1}', b'{"a"::1}', b'{"a":1:2}', b"{:1}", b'{"a",1}', b'{"a":"b"', b'{"a":', b'{"a', b"{1:1}",
    b"{a:1}", b"{'a':1}", b"{null:1}", b"{[]:1}", b"{{}:1}", b"{true:1}", b'{"a":1;"b":2}', b"[1;2]",
    b"(1)", b"<a>", b"[<null>]", b"[#]", b"*", b"[*]", b"&", b"$", b"@", b'{"a":1}#', b"[1]]",
    b'{"a":"b"}/**/', b'{"a":/*c*/1}', b"[1//c\n]", b"/* c */ 1", b"[1]x", b"[][]", b"{}{}", b"1 2",
    b'"a" "b"', b"[]1", b"[" * 5000, b'{"a":' * 5000, b"[" * 300 + b"]" * 300,
    b'{"a":' * 300 + b"1" + b"}" * 300, b"\\", b"[\\]", b"[a\\u0061]",
    # literals
    b"tru", b"fals", b"nul", b"TRUE", b"True", b"FALSE", b"Null", b"NULL", b"truee", b"nulll",
    b"falsetrue", b"[nul]", b"yes", b"undefined", b"[undefined]", b"None", b"NaN", b"-NaN", b"nan",
    b"Infinity", b"-Infinity", b"+Infinity", b"Inf", b"-Inf", b"[NaN]", b"[Infinity]", b"[-Infinity]",
    b'{"a":NaN}', b"\xc2\xa0true", b"tr\x00ue", b"t", b"n", b"f", b"-", b"+", b".",
    # numbers
    b"01", b"-01", b"00", b"-00", b"012", b"0123.4", b"1.", b"-1.", b".5", b"-.5", b"+1", b"++1", b"--1",
    b"- 1", b"1e", b"1e+", b"1e-", b"1E", b"1.e1", b".e1", b"e1", b"1.5e", b"1.5e+", b"1e1.5", b"1ee1",
    b"1e++1", b"1+2", b"1-2", b"1.2.3", b"0x1", b"0x", b"0b1", b"0o7", b"1_000", b"1,000", b"1 000", b"1a",
    b"1f", b"1L", b"0e", b"0e+", b"0.e1", b"0.", b"2.e3", b"-2.", b"0.3e", b"0.3e+", b"0C", b"-foo",
    b"-a1", b"1 e1", b"1e 1", b"1. 5", b"$1", b"1%", b"#1", b"1/2", b"1\xe2\x82\xac", "\uff11".encode(),
    "1\u0661".encode(), "\u0661".encode(), b"-\x00", b"1\x00", b"0\x001",
    # strings and escapes
    b'"', b'"a', b'a"', b'"\\"', b'"\\', b'"a\\', b"'a'", b"'", b"`a`", b'"\\a"', b'"\\x00"', b'"\\0"',
    b'"\\v"', b'"\\\'"', b'"\\e"', b'"\\U0001F600"', b'"\\u"', b'"\\u0"', b'"\\u00"', b'"\\u000"',
    b'"\\u00G0"', b'"\\u 061"', b'"\\u+061"', b'"\\u-061"', b'"\\u{61}"', b'"\\uD83D\\u"',
    b'"\\uD83D\\uDE0"', b'"\\uD83D\\x"', b'"\\ "', b'"\\\n"', b'"\\\x00"', b'"\n"', b'"\r"', b'"\t"',
    b'"\x00"', b'"\x01"', b'"\x1f"', b'"\x08"', b'"\x0c"', b'"a\nb"', b'"a\x00b"', b'"a" b', b'"a""b"',
    b'["a"b]', b'["a]', b'["', b'["a', b'["a",', b'["\\"]', b'["\\\\""]', b'{"a":"b\n"}', b'{"a\n":1}',
    b"abc", "“a”".encode(), '"\\ú"'.encode(), b'"\\u\xef\xbc\x90061"',
    # bytes that are no UTF-8
    b'"\xff"', b'"\xfe"', b'"\x80"', b'"\xc0\x80"', b'"\xc1\xbf"', b'"\xe9"', b'"\xe0\x80\x80"',
    b'"\xed\xa0\x80"', b'"\xc3"', b'"\xf4\x90\x80\x80"', b'"\xf8\x88\x80\x80\x80"', b'"\xe2\x82"',
    b'{"\xff":1}', b"\xff", b"[1\xff]", b'"a\xc3', b"\xc3",
    # white space that is none
    b"\x0b1", b"\x0c1", b"[\x0c]", b"\xe2\x80\xa81", b"[\xe3\x80\x80]", b"\xc2\x851", b"\x001", b"\x1a1",
    b"[\xe2\x81\xa0]",
    # what other parsers lose without a word
    b'{"a":1,"a":2}', b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'[{"a":{"b":1,"b":2}}]', b'{"":1,"":2}',
]  # fmt: skip

FORMS: Final[dict[Shape, tuple[bytes, bytes]]] = {
    "array": (b"[", b"]"),
    "ndjson": (b'{"first": 1}\n', b"\n"),
    "concatenated": (b"", b""),
}


def read(text: bytes, shape: Shape, chunk: int) -> list[SourceRecord]:
    before, behind = FORMS[shape]
    source = FileSource("x", before + text + behind)
    with open_stream(source, frozenset({()}), shape, ReadOptions(chunk=chunk)) as stream:
        return list(stream)[1 if shape == "ndjson" else 0 :]


def is_taken(text: bytes, shape: Shape, chunk: int) -> bool:
    try:
        records = read(text, shape, chunk)
    except SourceUnreadableError:
        return False
    return len(records) == 1 and not records[0].flaws


def applies(text: bytes, shape: Shape) -> bool:
    """Whether the text means in this form what it means alone."""
    if shape == "array":
        return not text.startswith((b"]", b",")) and text != b"1,000" and not text.endswith(b",")
    if shape == "concatenated":
        return text not in (b"[][]", b"{}{}", b"1 2", b'"a" "b"', b"[]1", b"1 000", b'"a""b"', b"1-2")
    return b"\n" not in text


@pytest.mark.parametrize("chunk", [1, 1 << 16])
@pytest.mark.parametrize("shape", FORMS)
def test_what_must_be_taken_is_taken(shape: Shape, chunk: int) -> None:
    texts = [text for text in ACCEPT if applies(text, shape)]
    assert [text for text in texts if not is_taken(text, shape, chunk)] == []


@pytest.mark.parametrize("chunk", [1, 1 << 16])
@pytest.mark.parametrize("shape", FORMS)
def test_what_must_not_be_taken_is_not(shape: Shape, chunk: int) -> None:
    texts = [text for text in REJECT if applies(text, shape)]
    assert [text for text in texts if is_taken(text, shape, chunk)] == []


def test_the_table_is_as_large_as_it_says_and_agrees_with_a_lenient_parser() -> None:
    """Python's own parser takes all that must be taken, and is wrong about little of the rest."""
    assert len(set(ACCEPT)) + len(set(REJECT)) >= 400
    for text in ACCEPT:
        json.loads(text)
    lenient = [text for text in REJECT if _loads(text)]
    # Three words that are no JSON, keys that stand twice, and nesting, which it follows further.
    assert all(b"NaN" in text or b"Infinity" in text or b'"' in text or len(text) > 500 for text in lenient)


def _loads(text: bytes) -> bool:
    try:
        json.loads(text.decode())
    except (ValueError, RecursionError):
        return False
    return True


def test_values_that_are_taken_are_read_exactly() -> None:
    for text in ACCEPT:
        (record,) = read(text, "array", 1 << 16)
        assert record.raw == text.decode().strip(" \t\r\n")
