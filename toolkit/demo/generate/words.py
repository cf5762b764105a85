"""What the seeds are made of: names, tasks and tags in several scripts. All of it is made up."""

# ruff: noqa: RUF001 - letters that look like others are the point
from __future__ import annotations

from typing import Final

FIRST_NAMES: Final = (
    "Ada", "Amélie", "Björn", "Chidi", "Dagny", "Elif", "Fatima", "Grace", "Håkon", "Ines", "Jürgen", "Kaito",
    "Łukasz", "Mei", "Nia", "Oğuz", "Priya", "Quinn", "Rosa", "Søren", "Thảo", "Umar", "Věra", "Wanjiru",
    "Ximena", "Yara", "Zoë", "Ольга", "Νίκος", "美咲", "민준", "ليلى", "נועה",
)  # fmt: skip
LAST_NAMES: Final = (
    "Abe", "Brandt", "Çelik", "Díaz", "Eriksson", "Fernández", "García", "Hopper", "Ito", "Jónsdóttir",
    "Kovář", "Lovelace", "Müller", "Nguyễn", "O'Neill", "Papadopoulos", "Queiroz", "Rossi", "Świątek",
    "Tanaka", "Ueda", "van der Berg", "Weiß", "Xu", "Yılmaz", "Zieliński",
)  # fmt: skip
MAIL_DOMAINS: Final = ("example.com", "example.org", "example.net", "mail.example.com")

DEEDS: Final = (
    "Call", "Write to", "Book a table for", "Fix the bike with", "Review the draft by", "Pay back", "Visit",
    "Plan the trip with", "Return the book to", "Prepare slides for", "Water the plants of", "Interview",
)  # fmt: skip
ERRANDS: Final = (
    "Buy milk 🥛", "Renew the passport", "Back up the photos", "Clean the gutters", "Taxes, finally",
    "Zahnarzt anrufen", "Passer à la boulangerie 🥖", "Comprar pilas AAA", "牛乳を買う", "Позвонить маме",
    "شراء الخبز", "לשלם ארנונה", "Książki do biblioteki", "Fix “that” bug", "Read RFC 9562 §5.7",
    "50% off — look again?", "Order 3 × M8 screws", "Order\tfilters", "Cafe\u0301 with the team",
    "👩‍👩‍👧 school party", "C:\\temp aufräumen", "'quotes'; -- and friends", "Sort the receipts",
    "Descale the kettle",
)  # fmt: skip
NOTES: Final = (
    "Ask first.", "See the mail of last week.\nSecond line.", "Bring:\n- keys\n- cash\n- patience",
    "Must be done before the holidays.", "Nicht vergessen: Quittung!", "詳細は後で。", "https://example.org/?q=1&r=%20",
    "{\"not\": \"json\"}", "Half of it is done already,   the rest is easy.", "…", "Tel. +00 000 0000",
)  # fmt: skip
TAGS: Final = (
    "home", "work", "errands", "health", "family", "urgent", "someday", "reading", "garten", "école",
    "финансы", "旅行", "🏡", "phone calls", "waiting-for", "car", "sport", "q4", "diy",
)  # fmt: skip
