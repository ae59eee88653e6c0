"""The English words of the demo, written for it."""

from home.demo.phrases import Phrases, ThemePhrases

THEMES = {
    "late-delivery": ThemePhrases(
        subjects=(
            "Order {order} is {days} days late",
            "Still waiting for my {product}",
            "Delivery date moved again, order {order}",
            "Tracking of {order} has not changed for {days} days",
        ),
        details=(
            "It was promised for last week and the tracking page still says “in transit”.",
            "I took a day off to receive it and nobody came or called.",
            "The new carrier in {city} tells me the parcel was never handed over.",
            "This is the second date you have moved; it is now {days} days late.",
        ),
        questions=(
            (
                "When will {order} arrive?",
                "The tracking page shows no date. Which day should I stay at home?",
            ),
            (
                "Can I change the delivery slot?",
                "I am only in after six this week. Is an evening slot possible?",
            ),
        ),
        answers=(
            "I have spoken with the carrier: your parcel is on the van tomorrow between 9 and 12.",
            "Your order was stuck at the hub in {city}; it has been released and gets priority tonight.",
        ),
    ),
    "damaged-goods": ThemePhrases(
        subjects=(
            "{product} arrived with a crack",
            "Box was crushed, order {order}",
            "Dent on the side of my new {product}",
        ),
        details=(
            "The carton was wet on one side and the {product} inside has a crack along the edge.",
            "The packaging looked fine, but one corner is broken off.",
            "The driver left before I could open it, so I send you photos.",
        ),
        questions=(
            ("Do I need the box for an exchange?", "I have thrown the carton away. Is that a problem?"),
        ),
        answers=(
            "A replacement leaves our warehouse today; the driver takes the damaged one with him.",
            "Thank you for the photos. Please choose: a replacement, or the money back.",
        ),
    ),
    "wrong-item": ThemePhrases(
        subjects=(
            "Wrong {product} in order {order}",
            "One part is missing",
            "I received somebody else's order",
        ),
        details=(
            "I ordered the white one and the grey one was in the box.",
            "The bag with the screws is missing, so I cannot put it together.",
            "The label is mine, but the content belongs to another customer in {city}.",
        ),
        questions=(("Which filter fits my {product}?", "The page lists three of them and I am not sure."),),
        answers=(
            "The right one is on its way; keep the other until our driver comes for it.",
            "The missing part goes out by letter today and is with you in two days.",
        ),
    ),
    "refund-speed": ThemePhrases(
        subjects=("Where is my refund for {order}?", "Refund promised {days} days ago"),
        details=(
            "You confirmed the return {days} days ago and the money is still not on my card.",
            "Your chat says “processed”, my bank says there is nothing.",
        ),
        questions=(("How long does a refund take?", "I sent the {product} back on Monday."),),
        answers=(
            "The refund left us this morning; cards show it after two to three working days.",
            "Our second approval was open. It is done now, and I am sorry for the wait.",
        ),
    ),
    "installation": ThemePhrases(
        subjects=(
            "Fitter did not come",
            "{product} leaks after installation",
            "Appointment cancelled at noon",
        ),
        details=(
            "The window was 9 to 12. At 12:30 I was told the fitter was still in another district.",
            "Water drips from the joint since the visit, about a cup a day.",
            "He was friendly, but left without testing the {product}.",
        ),
        questions=(("What should I prepare for the visit?", "Does the wall need to be drilled beforehand?"),),
        answers=(
            "A fitter is with you tomorrow at 10; he has the seal with him.",
            "I have booked the first slot of the day for you and will call when he sets off.",
        ),
    ),
    "service-attitude": ThemePhrases(
        subjects=("Not listened to on the phone", "Passed on four times", "Rude answer in the chat"),
        details=(
            "I explained the same thing to four people and each started at the beginning.",
            "The agent closed the chat while I was still typing.",
            "I asked for a call back twice and never got one.",
        ),
        questions=(("Can I speak with the same person again?", "She knew my case with order {order}."),),
        answers=(
            "That should not have happened. I keep your case myself until it is solved.",
            "I have listened to the call, and you are right. We have spoken with the colleague.",
        ),
    ),
    "app-account": ThemePhrases(
        subjects=("Cannot sign in", "App loses my address", "Order {order} is not in my account"),
        details=(
            "The code arrives after ten minutes, and by then it is no longer valid.",
            "After the last update my saved address in {city} is gone.",
            "I paid as a guest and cannot find the order now.",
        ),
        questions=(
            ("How do I merge two accounts?", "I have one with my phone number and one with my e-mail."),
        ),
        answers=(
            "Your account is open again; please sign in with the link I have sent you.",
            "The order is in your account now, and your address is back.",
        ),
    ),
    "invoice": ThemePhrases(
        subjects=("Invoice for {order} is missing", "Wrong company name on the invoice"),
        details=(
            "My accountant needs the invoice of order {order} and the download page is empty.",
            "The tax number is right, the company name is our old one.",
        ),
        questions=(("Can I get one invoice for three orders?", "They were all placed on the same day."),),
        answers=(
            "The invoice is attached, with the corrected name.",
            "All three orders are on the invoice attached.",
        ),
    ),
}
ENGLISH = Phrases(
    themes=THEMES,
    openings=(
        "Hello,",
        "I am writing about order {order}.",
        "I bought a {product} from you last month.",
        "Good morning, I need your help.",
        "This is my second message.",
        "We have been customers for years.",
    ),
    wishes=(
        "Please tell me today what happens next.",
        "I would like a date I can rely on.",
        "Please call me back after five.",
        "I expect a solution this week.",
        "What do you propose?",
        "Otherwise I will cancel.",
    ),
    suggestions=(
        ("Show the driver on a map", "On the day of delivery a map would save me half a day of waiting."),
        ("Less packaging, please", "My {product} came in three boxes inside each other. One would do."),
        ("Spare parts in the app", "Let me order the filter from the page of the {product} I own."),
        ("A quiet-hours switch", "Messages about offers at 7 in the morning are too early for me."),
        (
            "Let neighbours sign",
            "We live in {city} and share a hallway; a named neighbour could take the parcel.",
        ),
        ("Evening visits", "A fitter after six, even for a small charge, would help people who work."),
    ),
    praise=(
        ("Great fitter", "He was on time, clean and explained every button of the {product}. Thank you!"),
        ("Fast replacement", "Broken on Monday, replaced on Wednesday. That is how it should be."),
        ("Lovely support", "The lady in the chat solved in five minutes what I had tried for two days."),
        ("All went well", "Ordered, delivered and installed within four days in {city}. Very happy."),
        ("You called back!", "You said you would call back, and you did. That is rare these days."),
    ),
    thanks=(
        "Thank you for writing to us.",
        "Thank you for your patience.",
        "I am sorry about the trouble.",
        "Thank you for telling us.",
    ),
    closings=(
        "Please write back if anything is still open.",
        "I will check tomorrow that it has worked.",
        "You reach me directly by answering this message.",
    ),
    comments_good=(
        "Quick and friendly.",
        "Solved at the first call.",
        "Just as promised.",
        "Very clear answer.",
    ),
    comments_bad=(
        "Took far too long.",
        "Nobody told me about the delay.",
        "Had to ask three times.",
        "Still not solved.",
    ),
    products=(
        "water purifier",
        "dishwasher",
        "desk",
        "air conditioner",
        "bookshelf",
        "washing machine",
        "range hood",
    ),
    cities=("Hangzhou", "Suzhou", "Ningbo", "Shanghai", "Nanjing", "Jiaxing"),
    joint=" ",
)
