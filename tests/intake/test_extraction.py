"""Text out of pages and documents, in a child process."""

import io
import zipfile
from datetime import date

import docx
import pytest
from pypdf import PdfWriter

from tracker.intake import extraction
from tracker.intake.extraction import extract_text
from tracker.intake.extractors import extract, join_lines

WORDS = "Le maire promet que le pont rouvrira en mai, selon un communiqué publié vendredi par la ville et ses partenaires. "
PAGE = f"""<!doctype html><html lang="fr"><head><title>Le pont rouvrira | Le Quotidien</title>
<meta property="og:title" content="Le pont rouvrira"><meta property="og:site_name" content="Le Quotidien">
<meta name="author" content="Nadia Brandt"><meta property="article:published_time" content="2024-03-01T08:00:00+01:00"></head>
<body><nav><a href="/">Accueil</a> <a href="/sport">Sport</a></nav><article><h1>Le pont rouvrira</h1>
<p>{WORDS}</p><p>{WORDS * 2}</p><p>« Rien n’est sûr », dit la préfète.</p></article>
<script>alert(1)</script><footer>Mentions légales</footer></body></html>"""


def pdf_of(*lines: str) -> bytes:
    """A PDF with a text layer, written by hand: one page, one line under the other."""
    text = "".join(f"({line}) Tj T* " for line in lines).encode("latin-1")
    stream = b"BT /F1 12 Tf 14 TL 50 750 Td " + text + b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, len(out))
    return out + end


def docx_of(*paragraphs: str) -> bytes:
    document = docx.Document()
    for each in paragraphs:
        document.add_paragraph(each)
    document.core_properties.title = "Un titre"
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_page_gives_its_text_and_details():
    found = extract_text(PAGE.encode(), url="https://example.org/pont")
    assert (found.kind, found.problem) == ("html", "")
    assert (found.title, found.author, found.outlet) == ("Le pont rouvrira", "Nadia Brandt", "Le Quotidien")
    assert found.published_on == date(2024, 3, 1)
    assert found.body.startswith("Le maire promet")
    assert "« Rien n’est sûr », dit la préfète." in found.body
    assert not any(word in found.body for word in ("Accueil", "alert", "Mentions", "<"))


def test_page_in_latin1_keeps_its_accents():
    found = extract_text(PAGE.encode("cp1252"), charset="iso-8859-1", url="https://example.org/")
    assert "communiqué publié" in found.body


def test_document_gives_its_paragraphs():
    found = extract_text(docx_of("Le pont rouvrira.", "Le loyer baissera."))
    assert (found.kind, found.title, found.author, found.body) == (
        "docx",
        "Un titre",
        "",
        "Le pont rouvrira.\n\nLe loyer baissera.",
    )


def test_pdf_gives_its_text_layer():
    found = extract_text(pdf_of("The bridge will probably reopen in the month of", "May, says the mayor.", "Rents will fall."))
    assert (found.kind, found.problem) == ("pdf", "")
    assert found.body.split("\n\n") == [
        "The bridge will probably reopen in the month of May, says the mayor.",
        "Rents will fall.",
    ]


def test_plain_text_is_kept_without_control_characters():
    found = extract_text("Été\x00\x07 \r\n\r\nDeux".encode("cp1252"))
    assert (found.kind, found.body) == ("text", "Été \n\nDeux")


def encrypted_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def zip_of(name: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no_text"),
        (b" \n\x00", "no_text"),
        (b"<html><body><script>x</script></body></html>", "no_text"),
        (b"%PDF-1.4 broken", "damaged"),
        (pdf_of(), "no_text"),
        (encrypted_pdf(), "encrypted"),
        (zip_of("word/document.xml"), "damaged"),
        (zip_of("xl/workbook.xml"), "unknown_kind"),
        (b"PK\x03\x04", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unknown_kind"),
        (b"MZ\x90\x00", "unknown_kind"),
        (b"{\\rtf1 x}", "unknown_kind"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 20, "unknown_kind"),
    ],
)
def test_file_without_text_is_named(data: bytes, problem: str):
    assert extract(data).problem == problem


def test_page_behind_a_paywall_is_named():
    paid = PAGE.replace("</head>", '<script type="application/ld+json">{"isAccessibleForFree": false}</script></head>')
    assert extract(paid.encode(), url="https://example.org/").problem == "paywall"
    assert extract(PAGE.replace(WORDS, "Bref.").encode(), url="https://example.org/").problem == "no_text"


def test_hostile_page_becomes_text():
    hostile = PAGE.replace("« Rien", "&lt;img src=x onerror=alert(1)&gt; « Rien")
    assert "<img src=x onerror=alert(1)>" in extract(hostile.encode()).body  # shown escaped, as any text


def test_too_long_text_is_named():
    assert extract_text(b"a" * (extraction.BODY_MAX + 1)).problem == "too_long"


def test_child_that_takes_too_long_is_ended():
    assert extract_text(PAGE.encode(), seconds=0.01).problem == "too_slow"


@pytest.mark.parametrize(
    "data", [b"<" * 200_000, b"<div>" * 60_000, b"%PDF-" + b"\xff" * 50_000, b"PK\x03\x04" + b"\x00" * 50_000]
)
def test_child_survives_hostile_input(data: bytes):
    assert extract_text(data).problem in ("no_text", "damaged", "unknown_kind", "too_slow", "")


def test_lines_of_a_layout_are_joined_to_paragraphs():
    lines = "The bridge will probably reo-\npen in the month of May,\nsays the mayor.\nRents will fall.\n\nThe end of it"
    assert join_lines(lines).split("\n\n") == [
        "The bridge will probably reopen in the month of May, says the mayor.",
        "Rents will fall.",
        "The end of it",
    ]
