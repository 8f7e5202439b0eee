"""What the scrubber finds, what it leaves alone, and that nothing of a finding is left anywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from handlers.scrub import Finding, Outcome, Scrubbed, scrub, scrub_for_logs, scrub_values
from handlers.scrub_cards import STEPS
from handlers.scrub_findings import MASK

# The networks' public test numbers.
VISA, MASTERCARD, AMEX = "4111111111111111", "5555555555554444", "378282246310005"

DISGUISES = [
    VISA,
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111\u00a01111\u202f1111\u20091111",
    "4111\u20131111\u20131111\u20131111",
    "4111\u22121111\u22121111\u22121111",
    "4111  -  1111 - 1111 - 1111",
    "4111/1111/1111/1111",
    "4111_1111_1111_1111",
    "4111\n1111\n1111\n1111",
    "4111·1111·1111·1111",
    "4111x1111x1111x1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "41 11 11 11 11 11 11 11",
    "411111 1111111111",
    "411 111 111 111 1111",
    "4\u200b111 11\u200d11 1111 1\ufeff111",
    "card4111111111111111",
    "x4111111111111111",
    "4111111111111111abc",
    "４１１１ １１１１ １１１１ １１１１",
    "٤١١١١١١١١١١١١١١١",
    "𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏",
    "④①①①①①①①①①①①①①①①",
    "4\ufe0f\u20e3" + "1\ufe0f\u20e3" * 15,
    "4\u0336" + "1\u0336" * 15,
    "*4111* 1111 1111 1111",
    "~4111~*1111*_1111_`1111`",
    "<b>4111</b>1111<i>1111</i>1111",
    "&#52;111111111111111",
    "&amp;#x34;&#49;&#49;&#49;111111111111",
    "4111&nbsp;1111&nbsp;1111&nbsp;1111",
    "4111%201111%201111%201111",
    "%34111%C2%A01111%E2%80%931111%201111",
    r"\u0034111\x20\x31111 1111 1111",
    r"4111\n1111\n1111\n1111",
    "card=4111+1111+1111+1111",
    "https://pay.example/?card=4111111111111111",
    "<tel:4111111111111111|4111 1111 1111 1111>",
    ";4111111111111111=25121010000012345678?",
    "%B4111111111111111^KIM^2512",
    "visa 41111111111111111226123",
    "pan: 41-11,1111/1111 1111",
    "Visa:4111111111111111 order 10423",
    "4111 1111 1111 1111 123",
    "order 1042 4111 1111 1111 1111",
    "信用卡4111111111111111",
    "my postcard says card +4111111111111111",
]

LEFT_ALONE = [
    # Numbers that pass every test of a card, and the word that says what they are.
    "tracking 4111111111111111",
    "order 4111111111111111",
    "Order #: 5500000000000004",
    "parcel no 4000056655665556",
    "AWB5105105105105100",
    "ticket 5105105105105100",
    "ref: 4242424242424242",
    "SKU 4000056655665556",
    "invoice 4242424242424242",
    "phone 4111111111111111",
    "单号4111111111111111",
    "4111111111111111 (tracking)",
    "please trace 378282246310005",
    # Carriers.
    "1Z999AA10123456784",
    "3STEST0123456789",
    "3SABCD4111111111111111",
    "JVGL0612345612345678",
    "JJD014111111111111111",
    "RB123456785CN",
    "CD123456785NL",
    "LP00412345678901234",
    "YT2412345678901234",
    "9400 1118 9922 3818 1234 56",
    "9205 5901 6491 7312 3456 78",
    "9400111899223818123456",
    "00340434161094021501",
    "0034 0434 1610 9402 1501",
    "7712 3456 7890",
    "613456789012",
    "8612345678901234",
    # Devices, telephones, barcodes, ids.
    "IMEI 490154203237518",
    "imei: 356938035643809",
    "35-209900-176148-1",
    "+31 6 12345678",
    "+4111111111111111",
    "+1 (415) 555-2671 4111",
    "0031 6 1234 5678",
    "4006381333931",
    "4006381333023",
    "550e8400-e29b-41d4-a716-446655440000",
    "da39a3ee5e6b4111111111111111bfef95601890afd80709",
    "https://track.example/4111111111111111",
    "https://shop.example/orders/5500000000000004?x=1",
    "1728000000.123456",
    "1731749400123456",
    "111-1234567-1234567",
    # Dates, lists, amounts.
    "2026-11-16 09:30:00",
    "16-11-2026 09:30:45",
    "30-12-2025 12:30:45",
    "20261116093000",
    "10423, 10424, 10425, 10426",
    "45123456, 45123457",
    "10 x 4.50 = 45.00 EUR",
    "4012-3456-7890",
    "4111 1111 1111 1112",
    # Words of codes without a code.
    "order 1042 cvv failed, refund 120 EUR",
    "/log otp-not-received 10423 FD-88",
    "OTP for order 10423 not received",
    "otp not received on 082 123 4567 since 2025",
    "item-issue 10423 FD-88 broken ring-204 1 clasp",
    "password reset link sent, passcode expired",
    "the password is wrong",
    "pin 4 stones, enamel pin ring-204",
    "cc: loise",
    "otp fee €1234 and R 1500, or 2000 EUR",
    "pin ring204 by 1200x900",
    "otp down since 2025",
    "order 1042 123 is no cvv",
    "100%E2%82(411111) 4111",
    "debit 5018-00-0000-09",
]


@pytest.mark.parametrize("disguised", DISGUISES)
def test_a_card_number_is_caught_in_every_disguise(disguised: str) -> None:
    """It is masked or asked about, and at most its last four digits are left."""
    scrubbed = scrub(disguised)
    assert [finding.rule for finding in scrubbed.findings if finding.rule == "pan"]
    assert "1111111" not in _unmasked_digits(scrubbed.text)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_number_that_is_no_card_is_left_alone(text: str) -> None:
    """Tracking, order, device and telephone numbers, dates and lists stay as they are."""
    assert scrub(text) == Scrubbed(text)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("4111111111111111", Outcome.REDACT),
        ("3782 822463 10005", Outcome.REDACT),
        ("5555-5555-5555-4444", Outcome.REDACT),
        ("2223 0031 2200 3222", Outcome.REDACT),
        ("2223003122003222", Outcome.ASK),
        ("3056 930902 5904", Outcome.REDACT),
        ("30569309025904", Outcome.ASK),
        ("3530111333300000", Outcome.ASK),
        ("6200000000000005", Outcome.ASK),
        ("6759649826438453", Outcome.ASK),
        ("4222222222222", Outcome.ASK),
        ("card 4222222222222", Outcome.REDACT),
        ("maestro 6759649826438453", Outcome.REDACT),
        ("4111111111111111 exp 12/26", Outcome.REDACT),
        ("x4111111111111111", Outcome.ASK),
        ("4111/1111/1111/1111", Outcome.ASK),
        ("1226 4111 1111 1111 1111", Outcome.ASK),
        ("paid by card, order 4111111111111111", Outcome.ASK),
        ("order 4111 1111 1111 1111", Outcome.ASK),
        ("tracking 4111111111111111 cvv 123", Outcome.ASK),
    ],
)
def test_shape_issuer_and_words_decide_between_masking_and_asking(text: str, outcome: Outcome) -> None:
    """Certain numbers are masked; rare issuers, odd shapes and contrary words make it a question."""
    found = [finding for finding in scrub(text).findings if finding.rule == "pan"]
    assert [finding.outcome for finding in found] == [outcome]
    assert scrub(text).must_ask is (outcome is Outcome.ASK)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paid with 4111 1111 1111 1111 today", "paid with [card ••••1111] today"),
        ("is it 6200000000000005?", "is it [card? ••••0005]?"),
        ("cvv 123", "cvv [cvv •••]"),
        ("CVC: 1234", "CVC: [cvv •••]"),
        ("cvv2 123", "cvv2 [cvv •••]"),
        ("cvv234", "cvv[cvv •••]"),
        ("cvv: 1 2 3", "cvv: [cvv •••]"),
        ("security code on the back is 123", "security code on the back is [cvv •••]"),
        ("123 is the cvv", "[cvv •••] is the cvv"),
        ("otp of order 10423 and 88112", "otp of order 10423 and [code withheld]"),
        ("security code or pin 1234", "security code or pin [code withheld]"),
        ("iban or otp: 4111 1111 1111 1111", "iban or otp: [card ••••1111]"),
        ("4111111111111111 123 cvv", "[card ••••1111] [cvv •••] cvv"),
        ("cvv of order 1042 is 123", "cvv of order 1042 is [cvv •••]"),
        ("otp 482913", "otp [code withheld]"),
        ("OTP: G-482913", "OTP: G-[code withheld]"),
        ("otp 482 913", "otp [code withheld]"),
        ("one-time pin is 1234", "one-time pin is [code withheld]"),
        ("collect code: 9876", "collect code: [code withheld]"),
        ("482913 is your OTP", "[code withheld] is your OTP"),
        ("OTP for order 10423 is 482913", "OTP for order 10423 is [code withheld]"),
        ("password: hunter2, thanks", "password: [secret withheld] thanks"),
        ("my password is Sunny-day", "my password is [secret withheld]"),
        ('{"password": "hunter2"}', '{"password": "[secret withheld]"}'),
        ("passcode 1234", "passcode [secret withheld]"),
        ("api key=abcdef123", "api key=[secret withheld]"),
        ("xoxb-1234567890-abcdefghij", "[secret withheld]"),
        ("xapp-1-A111-222-abcdef", "[secret withheld]"),
        ("AIza" + "a" * 35, "[secret withheld]"),
        ("sk_live_abcdefgh12345678", "[secret withheld]"),
        (
            "https://api.telegram.org/bot123456789:" + "A" * 35 + "/getMe",
            "https://api.telegram.org/bot[secret withheld]/getMe",
        ),
        ("a -----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY----- b", "a [secret withheld] b"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nMII", "a [secret withheld]"),
        ("postgresql://deskbell:hunter2@db/x", "postgresql://[secret withheld]@db/x"),
        ("Authorization: Bearer abcdefghijklmnop1234", "Authorization: [secret withheld]"),
        ("pay NL91 ABNA 0417 1643 00 please", "pay [iban ••••4300] please"),
        ("de89370400440532013000", "[iban ••••3000]"),
        ("4\ufe0f\u20e3" + "1\ufe0f\u20e3" * 15, "[card ••••1111]"),
    ],
)
def test_a_mask_stands_where_the_value_stood(text: str, expected: str) -> None:
    """The sentence around it is untouched; cards and accounts keep their last four."""
    assert scrub(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "NL91 ABNA 0417 1643 01",
        "XX91 ABNA 0417 1643 00",
        "NL91  ABNA 0417 1643 00",
        "NL91 ABNA 0417",
        "NL91ABNA0417164300X",
    ],
)
def test_what_is_no_account_number_is_left_alone(text: str) -> None:
    """Wrong check digits, an unknown country, a wrong length."""
    assert scrub(text).text == text


@pytest.mark.parametrize(
    "kind", ["tracking", "order", "parcel", "ticket", "sku", "sr_no", "rma", "url", "case_ref", "code"]
)
def test_a_column_of_numbers_is_never_taken_for_a_card(kind: str) -> None:
    """A tracking number may be sixteen digits that pass every test."""
    assert scrub(VISA, kind=kind) == Scrubbed(VISA)


@pytest.mark.parametrize(("kind", "must_ask"), [("phone", False), ("longtext", True), (None, True)])
def test_a_telephone_column_speaks_against_a_card(kind: str | None, must_ask: bool) -> None:
    """As the word would; in any other column a doubtful number is asked about."""
    assert scrub("6200000000000005", kind=kind).must_ask is must_ask


def test_an_account_number_may_stand_in_its_own_column() -> None:
    """A bank reference is what the column is for."""
    assert scrub("NL91ABNA0417164300", kind="bank_ref") == Scrubbed("NL91ABNA0417164300")


def test_secrets_are_found_in_every_column() -> None:
    """A token pasted into a tracking number is still a token."""
    assert scrub("xoxb-1234567890-abcdefghij", kind="tracking").must_ask


def test_nothing_of_a_finding_is_in_the_result() -> None:
    """Neither the text, the findings nor how they print holds a value."""
    values = (VISA, "hunter22", "482913", "0417164300")
    scrubbed = scrub(f"card {VISA} password: hunter22 otp 482913 and NL91ABNA0417164300")
    assert [finding.rule for finding in scrubbed.findings] == ["pan", "secret", "otp", "iban"]
    assert not [value for value in values if value in f"{scrubbed!r} {scrubbed.text}"]


def test_a_finding_says_rule_outcome_and_length() -> None:
    """That is all the audit trail gets."""
    assert scrub("4111 1111 1111 1111").findings == (Finding("pan", Outcome.REDACT, 16),)


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111111",
        "+4111111111111111",
        "https://x.example/4111111111111111",
        "otp 482913",
        "password=hunter22",
    ],
)
def test_a_log_line_loses_whatever_could_be_one(text: str) -> None:
    """Doubtful numbers, labelled ones, those in addresses, and codes and secrets."""
    assert not re.search("11111111|482913|hunter22", scrub_for_logs(text))


@pytest.mark.parametrize(
    "text", ["2026-11-16T09:30:00.123456Z", "II-2647-0001", "GET /healthz 200 1728000000.123456"]
)
def test_a_log_line_keeps_what_is_needed(text: str) -> None:
    """Moments, case ids and paths stay readable."""
    assert scrub_for_logs(text) == text


def test_a_form_is_scrubbed_value_by_value() -> None:
    """Each by the kind of its column; lists and numbers too; untouched values are the same objects."""
    values = {
        "tracking_no": VISA,
        "note": "card 4111 1111 1111 1111",
        "photos": ["ring.png", "xoxb-1234567890-abcdefghij"],
        "price": 4111111111111111,
        "weight": 4111111111111111.0,
        "size": ("S", 10**400),
        "bank_ref": "NL91ABNA0417164300",
        "urgent": True,
        "more": {"cvv": "cvv 123"},
        "none": None,
    }
    scrubbed = scrub_values(values, {"tracking_no": "tracking", "note": "longtext"})
    assert scrubbed.values == {
        "tracking_no": VISA,
        "note": "card [card ••••1111]",
        "photos": ["ring.png", "[secret withheld]"],
        "price": "[card ••••1111]",
        "weight": "[card ••••1111].0",
        "size": ("S", 10**400),
        "bank_ref": "NL91ABNA0417164300",
        "urgent": True,
        "more": {"cvv": "cvv [cvv •••]"},
        "none": None,
    }
    assert list(scrubbed.findings) == ["note", "photos", "price", "weight", "more"]
    assert scrubbed.must_ask


def test_a_form_without_findings_is_passed_on() -> None:
    """Nothing to ask about."""
    assert not scrub_values({"order": "10423", "qty": 1}, {}).must_ask


@pytest.mark.parametrize("unit", ["4 ", "411 ", "4x", "4-5.6/"])
def test_what_follows_endless_digits_is_withheld_unread(unit: str) -> None:
    """After a bounded number of tries the rest is asked about, so that nothing hides behind a flood."""
    scrubbed = scrub(unit * (STEPS // 2) + VISA)
    assert scrubbed.must_ask
    assert scrubbed.text.endswith("[numbers withheld]")


@pytest.mark.parametrize("unit", ["7", "４", "%20", "&amp;", "<b", "cvv ", "eyJ", "NL91 ", "http://a:", "1a"])
def test_a_long_text_of_openings_is_read_through(unit: str) -> None:
    """Beginnings of everything that never end; the suite's time-out would tell a pattern that backtracks."""
    assert not scrub(unit * 20_000).findings or unit == "1a"


ISSUED = st.sampled_from(
    [("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("36", 14), ("3528", 16), ("62", 19)]
)
SEPARATORS = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2013", " - ", "*", "\n"])


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """Numbers that an issuer could have made, with the right check digit."""
    prefix, length = draw(ISSUED)
    body = prefix + draw(
        st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1)
    )
    return body + luhn.calc_check_digit(body)


@given(card_numbers(), SEPARATORS, st.sampled_from(["card ", "visa: ", "kaartnummer ", "exp 12/26 ", "CARD"]))
def test_a_card_number_after_its_word_never_survives(number: str, separator: str, word: str) -> None:
    """Whatever its issuer and however it is grouped, only the last four digits are left."""
    written = separator.join(re.findall(".{1,4}", number)) if separator else number
    scrubbed = scrub(f"please check {word}{written} today")
    assert number[:-4] not in _digits(scrubbed.text)
    assert "pan" in {finding.rule for finding in scrubbed.findings}


@given(
    st.text(st.sampled_from("41 0-/.\n*x•[]?card ••••1111otpcvv:NL91"))
    | st.text(st.characters(), max_size=80)
)
def test_scrubbing_twice_changes_nothing(text: str) -> None:
    """Total on any text, and what comes out is clean."""
    once = scrub(text)
    assert scrub(once.text).text == once.text
    assert once.findings or once.text == text
    assert scrub_for_logs(scrub_for_logs(text)) == scrub_for_logs(text)


@given(
    st.from_regex(r"1Z[0-9A-Z]{6}[0-9]{10}", fullmatch=True)
    | st.from_regex(r"(JD|JVGL|JJD)0[0-9]{15,17}", fullmatch=True)
    | st.from_regex(r"3S[A-Z]{4}[0-9]{9,13}", fullmatch=True)
    | st.from_regex(r"[RLCE][A-Z][0-9]{9}(CN|NL|DE)", fullmatch=True)
    | st.from_regex(r"(YT|LP|SF)[0-3][0-9]{13,15}", fullmatch=True)
    | st.from_regex(r"9[2-5][0-9]{20}", fullmatch=True)
    | st.from_regex(r"[1789][0-9]{11}", fullmatch=True)
    | st.from_regex(r"[0-9]{10}", fullmatch=True),
    st.sampled_from(["", "tracking ", "sent with DHL "]),
)
def test_the_carriers_numbers_pass(number: str, label: str) -> None:
    """UPS, DHL, PostNL, China Post, YunExpress, Cainiao, SF, USPS and FedEx: with their label or without."""
    assert scrub(f"{label}{number} left Shanghai") == Scrubbed(f"{label}{number} left Shanghai")


@given(
    st.from_regex(r"[0-9]{8,24}", fullmatch=True),
    st.sampled_from(["order ", "tracking: ", "parcel no. ", "awb "]),
)
def test_a_labelled_number_passes_whatever_its_digits(number: str, label: str) -> None:
    """Ten in a hundred such numbers have the check digit of a card."""
    assert scrub(label + number) == Scrubbed(label + number)


def _unmasked_digits(text: str) -> str:
    return _digits(re.sub(MASK, "", text))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
