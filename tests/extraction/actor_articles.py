"""Short articles of our own in the English of several newsrooms, with the actors and posts that a reader would list.

Each entry: a text; actors as (type, names of which one must be found); posts as (holder, title, held for); and names that
must not be taken for actors. Written before anybody looked at what the program makes of them.
"""

from __future__ import annotations

from typing import NamedTuple


class ActorArticle(NamedTuple):
    """One article and what is in it."""

    style: str
    text: str
    actors: tuple[tuple[str, tuple[str, ...]], ...]
    posts: tuple[tuple[str, str, tuple[str, ...]], ...]
    not_actors: tuple[str, ...] = ()


P, S, O, B, I, G = "Person", "State", "Organization", "GovernmentBody", "InternationalOrganization", "Group"  # noqa: E741

ARTICLES = (
    ActorArticle(
        "Delhi wire",
        """NEW DELHI: External Affairs Minister Raghav Deshpande will travel to Thimphu on Monday for talks on a hydropower pact, the MEA said on Saturday.

MEA spokesperson Anupama Vaidyanathan told reporters that Shri Deshpande would call on the King and meet his Bhutanese counterpart, Lyonpo Karma Tenzin. "Bhutan is our closest friend," she said. Dr. Tenzin, who was Bhutan's ambassador in Dhaka until last year, is expected to raise tariffs.

Congress MP Imran Quraishi (Srinagar) accused the Modi government of "sleeping at the wheel". Smt. Leela Nambiar, vice-president of the BJP, rubbished the charge. Retired diplomat K.P.S. Oberoi, a fellow at the Himalayan Policy Foundation, said the two neighbours had been close to a deal since March.""",
        (
            (P, ("Raghav Deshpande",)),
            (P, ("Anupama Vaidyanathan",)),
            (P, ("Karma Tenzin",)),
            (P, ("Imran Quraishi",)),
            (P, ("Leela Nambiar",)),
            (P, ("K.P.S. Oberoi",)),
            (S, ("India",)),
            (S, ("Bhutan",)),
            (B, ("Indian Ministry of External Affairs", "MEA", "Ministry of External Affairs")),
            (O, ("BJP", "Bharatiya Janata Party")),
            (O, ("Himalayan Policy Foundation",)),
        ),
        (
            ("Raghav Deshpande", "external affairs minister", ("India",)),
            ("Anupama Vaidyanathan", "spokesperson", ("MEA", "India")),
            ("Karma Tenzin", "external affairs minister", ("Bhutan",)),
            ("Karma Tenzin", "ambassador", ("Bhutan",)),
            ("Leela Nambiar", "vice-president", ("BJP", "Bharatiya Janata Party")),
            ("K.P.S. Oberoi", "fellow", ("Himalayan Policy Foundation",)),
        ),
        ("Srinagar",),
    ),
    ActorArticle(
        "Lagos daily",
        """The Federal Government has recalled Nigeria's High Commissioner to Ghana, Alhaji Sule Dankwambo, over the demolition of a building belonging to the high commission in Accra.

The Minister of Foreign Affairs, Ambassador Ngozi Okafor-Briggs, disclosed this yesterday in Abuja while briefing State House correspondents. She said President Tunde Alabi-Cole was "deeply pained".

But the chairman of the Senate Committee on Foreign Affairs, Senator Bulus Gyang, faulted the decision. Gyang, who represents Plateau South, said the Upper House ought to have been consulted. Also speaking, Chief Emeka Nwachukwu, a former Nigerian ambassador to Togo, urged both countries to sheathe their swords.

Ghana's Information Minister, Kwabena Osei-Tutu, said Accra regretted the incident and would rebuild the property.""",
        (
            (P, ("Sule Dankwambo",)),
            (P, ("Ngozi Okafor-Briggs",)),
            (P, ("Tunde Alabi-Cole",)),
            (P, ("Bulus Gyang",)),
            (P, ("Emeka Nwachukwu",)),
            (P, ("Kwabena Osei-Tutu",)),
            (S, ("Nigeria",)),
            (S, ("Ghana",)),
            (B, ("Senate Committee on Foreign Affairs",)),
        ),
        (
            ("Sule Dankwambo", "high commissioner", ("Nigeria",)),
            ("Ngozi Okafor-Briggs", "minister of foreign affairs", ("Nigeria",)),
            ("Tunde Alabi-Cole", "president", ("Nigeria",)),
            ("Bulus Gyang", "chairman", ("Senate Committee on Foreign Affairs",)),
            ("Emeka Nwachukwu", "ambassador", ("Nigeria",)),
            ("Kwabena Osei-Tutu", "information minister", ("Ghana",)),
        ),
    ),
    ActorArticle(
        "Washington readout",
        """Readout of Secretary of State Helen Marchetti's Call with Vietnamese Foreign Minister Nguyen Thi Bich Hang

The following is attributable to Spokesperson Jerome Whitfield:

Secretary of State Helen Marchetti spoke today with Vietnamese Foreign Minister Nguyen Thi Bich Hang. The Secretary and the Foreign Minister discussed the Mekong Compact. Secretary Marchetti thanked Minister Hang for Vietnam's hospitality and reaffirmed the United States' commitment to ASEAN. They agreed that both sides would meet again in Hanoi.""",
        (
            (P, ("Helen Marchetti",)),
            (P, ("Nguyen Thi Bich Hang",)),
            (P, ("Jerome Whitfield",)),
            (S, ("United States",)),
            (S, ("Vietnam",)),
            (I, ("ASEAN", "Association of Southeast Asian Nations")),
        ),
        (
            ("Helen Marchetti", "secretary of state", ("United States",)),
            ("Nguyen Thi Bich Hang", "foreign minister", ("Vietnam",)),
            ("Jerome Whitfield", "spokesperson", ("United States", "State Department")),
        ),
        ("Mekong Compact",),
    ),
    ActorArticle(
        "London broadsheet",
        """Sir Alistair Pemberton, Britain's man in Ankara, has been summoned to the Turkish foreign ministry for the second time this month. Officials there handed him a note about Cyprus.

The Foreign Office would not discuss the meeting. Downing Street said only that the prime minister, Fiona Ashworth, had full confidence in her ambassador. The shadow foreign secretary, Lord Babatunde Hale, called the row "a tiff that nobody will remember by Michaelmas".

Ibrahim Korkmazgil, spokesman for President Selim Arslantürk, was less relaxed. "London must choose," he said. Ms Ashworth's predecessor, Rory McAllister-Gray, who now heads the Levant Institute, a think-tank, agreed with him.""",
        (
            (P, ("Alistair Pemberton",)),
            (P, ("Fiona Ashworth",)),
            (P, ("Babatunde Hale",)),
            (P, ("Ibrahim Korkmazgil",)),
            (P, ("Selim Arslantürk",)),
            (P, ("Rory McAllister-Gray",)),
            (S, ("United Kingdom", "Britain")),
            (S, ("Turkey", "Türkiye")),
            (B, ("Turkish foreign ministry",)),
            (B, ("Foreign Office",)),
            (B, ("Downing Street",)),
            (O, ("Levant Institute",)),
        ),
        (
            ("Fiona Ashworth", "prime minister", ("United Kingdom", "Britain")),
            ("Babatunde Hale", "shadow foreign secretary", ("United Kingdom", "Britain")),
            ("Ibrahim Korkmazgil", "spokesman", ("Turkey", "Türkiye")),
            ("Selim Arslantürk", "president", ("Turkey", "Türkiye")),
            ("Rory McAllister-Gray", "head", ("Levant Institute",)),
        ),
        ("Michaelmas",),
    ),
    ActorArticle(
        "Seoul wire",
        """SEOUL, Aug. 9 (Hanbit News) -- President Seo Min-jae said Friday that South Korea will not renew an intelligence-sharing pact with Japan unless Tokyo lifts export curbs.

Seo's national security adviser, Baek Do-hyun, conveyed the decision to U.S. Ambassador Carol Lindqvist. The presidential office said Seoul had waited long enough. Japanese Chief Cabinet Secretary Morimoto Kenta told a news conference the move was "extremely regrettable". Morimoto added that Tokyo would stay calm.

North Korea's state media did not mention the dispute. Lee Ha-eun, a professor at Gangnam University, said the alliance would survive.""",
        (
            (P, ("Seo Min-jae", "Seo")),
            (P, ("Baek Do-hyun",)),
            (P, ("Carol Lindqvist",)),
            (P, ("Morimoto Kenta",)),
            (P, ("Lee Ha-eun",)),
            (S, ("South Korea",)),
            (S, ("Japan",)),
            (B, ("presidential office", "South Korean presidential office")),
            (O, ("Gangnam University",)),
        ),
        (
            ("Seo Min-jae", "president", ("South Korea",)),
            ("Baek Do-hyun", "national security adviser", ("South Korea",)),
            ("Carol Lindqvist", "ambassador", ("United States",)),
            ("Morimoto Kenta", "chief cabinet secretary", ("Japan",)),
            ("Lee Ha-eun", "professor", ("Gangnam University",)),
        ),
    ),
    ActorArticle(
        "Jakarta and Singapore",
        """Indonesian Defence Minister Hartono and his Singapore counterpart, Dr Lim Boon Keat, signed a submarine rescue agreement in Batam on Tuesday.

Hartono, a retired general who like many Javanese uses one name, described the accord as overdue. Dr Lim said the Republic of Singapore Navy and the Indonesian Navy (TNI-AL) would hold their first drill in June. Malaysian observers led by Rear Admiral Datuk Azman Shahrul attended.

Opposition lawmaker Siti Nurhaliza Rahmat of the Justice and Renewal Party (PKB-R) questioned the cost. A ministry official, who declined to be named, said the PKB-R had been briefed twice. The MV Sri Lestari, a ferry, carried the delegations to the ceremony at Harbour Bay.""",
        (
            (P, ("Hartono",)),
            (P, ("Lim Boon Keat", "Lim")),
            (P, ("Azman Shahrul",)),
            (P, ("Siti Nurhaliza Rahmat",)),
            (S, ("Indonesia",)),
            (S, ("Singapore",)),
            (B, ("Republic of Singapore Navy",)),
            (B, ("Indonesian Navy", "TNI-AL")),
            (O, ("Justice and Renewal Party", "PKB-R")),
            (G, ("ministry official", "official")),
        ),
        (
            ("Hartono", "defence minister", ("Indonesia",)),
            ("Lim Boon Keat", "defence minister", ("Singapore",)),
            ("Azman Shahrul", "rear admiral", ("Malaysia",)),
            ("Siti Nurhaliza Rahmat", "lawmaker", ("Indonesia", "Justice and Renewal Party")),
        ),
        ("MV Sri Lestari", "Harbour Bay"),
    ),
    ActorArticle(
        "briefing transcript",
        """DEPARTMENT PRESS BRIEFING

MR. CALLOWAY: Good afternoon, everyone. Two things at the top. First, Deputy Secretary Brandt-Nilsen is in Chisinau, where she met President Doina Munteanu this morning.

QUESTION: Did they talk about the gas deal?

MR. CALLOWAY: The Deputy Secretary made clear that the United States stands with Moldova. I'd refer you to the Moldovans for more.

QUESTION: Russia's ambassador, Gennady Voloshin, says you are meddling.

MR. CALLOWAY: Ambassador Voloshin is welcome to his opinion.""",
        (
            (P, ("Calloway",)),
            (P, ("Brandt-Nilsen",)),
            (P, ("Doina Munteanu",)),
            (P, ("Gennady Voloshin",)),
            (S, ("United States",)),
            (S, ("Moldova",)),
            (S, ("Russia",)),
        ),
        (
            ("Brandt-Nilsen", "deputy secretary", ("United States",)),
            ("Doina Munteanu", "president", ("Moldova",)),
            ("Gennady Voloshin", "ambassador", ("Russia",)),
        ),
    ),
    ActorArticle(
        "Latin American feature",
        """It took María Fernanda de la Cruz y Montalvo eleven years to get her country a consulate in Punta Arenas. Now Ecuador's youngest consul general has a new quarrel.

Her host, Mayor Óscar Riquelme-Soto, wants the flag moved. So does Chile's Navy. "I will not move it a metre," she says. Foreign Minister Joaquín Larraín Edwards has promised her a hearing, but his deputy, Ambassador (ret.) Paz Undurraga, is said to side with the mayor. "Nobody in Santiago is losing sleep," says Undurraga's aide.

Quito is quietly amused. The Ecuadorean foreign ministry referred questions to the consulate, and the consulate referred them to Ms de la Cruz.""",
        (
            (P, ("María Fernanda de la Cruz y Montalvo",)),
            (P, ("Óscar Riquelme-Soto",)),
            (P, ("Joaquín Larraín Edwards",)),
            (P, ("Paz Undurraga",)),
            (S, ("Ecuador",)),
            (S, ("Chile",)),
            (B, ("Ecuadorean foreign ministry", "Ecuador's foreign ministry")),
            (B, ("Chile's Navy", "Chilean Navy")),
        ),
        (
            ("María Fernanda de la Cruz y Montalvo", "consul general", ("Ecuador",)),
            ("Joaquín Larraín Edwards", "foreign minister", ("Chile",)),
        ),
    ),
)
