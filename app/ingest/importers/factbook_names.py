"""The World Factbook's abbreviations of organizations, as its appendix spells them out (public domain).

An abbreviation can stand for something else elsewhere: its ICC is the International Chamber of Commerce, its IDB the Islamic
bank, its CAN the Andean Community, its CP the Colombo Plan. Names are those in use now where an organization was renamed.
"""

from __future__ import annotations

_LINES = """\
ABEDA|Arab Bank for Economic Development in Africa
ACP|Organisation of African, Caribbean and Pacific States
ACS|Association of Caribbean States
ADB|Asian Development Bank
AFESD|Arab Fund for Economic and Social Development
AfDB|African Development Bank
AIIB|Asian Infrastructure Investment Bank
ALBA|Bolivarian Alliance for the Peoples of Our America
AMF|Arab Monetary Fund
AMU|Arab Maghreb Union
ANZUS|Australia-New Zealand-United States Security Treaty
AOSIS|Alliance of Small Island States
APEC|Asia-Pacific Economic Cooperation
ARF|ASEAN Regional Forum
ASEAN|Association of Southeast Asian Nations
ATMIS|African Union Transition Mission in Somalia
AU|African Union
Arctic Council|Arctic Council
Australia Group|Australia Group
Australian Group|Australia Group
BA|Baltic Assembly
BCIE|Central American Bank for Economic Integration
BDEAC|Central African States Development Bank
BIMSTEC|Bay of Bengal Initiative for Multi-Sectoral Technical and Economic Cooperation
BIS|Bank for International Settlements
BRICS|BRICS
BSEC|Organization of the Black Sea Economic Cooperation
Benelux|Benelux Union
C|Commonwealth of Nations
CABEI|Central American Bank for Economic Integration
CACM|Central American Common Market
CAEU|Council of Arab Economic Unity
CAN|Andean Community
CARIFORUM|Forum of the Caribbean Group of African, Caribbean and Pacific States
CBSS|Council of the Baltic Sea States
CD|Community of Democracies
CDB|Caribbean Development Bank
CE|Council of Europe
CEI|Central European Initiative
CELAC|Community of Latin American and Caribbean States
CEMAC|Central African Economic and Monetary Community
CEPGL|Economic Community of the Great Lakes Countries
CERN|European Organization for Nuclear Research
CICA|Conference on Interaction and Confidence-Building Measures in Asia
CIS|Commonwealth of Independent States
COMESA|Common Market for Eastern and Southern Africa
CP|Colombo Plan
CPLP|Community of Portuguese Language Countries
CSTO|Collective Security Treaty Organization
Caricom|Caribbean Community
Commonwealth of Nations|Commonwealth of Nations
D-8|D-8 Organization for Economic Cooperation
EAC|East African Community
EADB|East African Development Bank
EAEC|Eurasian Economic Community
EAEU|Eurasian Economic Union
EEU|Eurasian Economic Union
EAPC|Euro-Atlantic Partnership Council
EAS|East Asia Summit
EBRD|European Bank for Reconstruction and Development
ECB|European Central Bank
ECCU|Eastern Caribbean Currency Union
ECO|Economic Cooperation Organization
ECOWAS|Economic Community of West African States
EFTA|European Free Trade Association
EIB|European Investment Bank
EITI|Extractive Industries Transparency Initiative
EMU|Euro area
ESA|European Space Agency
EU|European Union
Entente|Council of the Entente
FAO|Food and Agriculture Organization of the United Nations
FATF|Financial Action Task Force
FIFA|International Federation of Association Football
FZ|Franc Zone
G-3|Group of 3
G-5|Group of 5
G-7|Group of Seven
G-9|Group of Nine
G- 9|Group of Nine
G-10|Group of Ten
G-11|Group of Eleven
G-15|Group of 15
G-20|Group of Twenty
G-24|Group of 24
G-77|Group of 77
GCC|Gulf Cooperation Council
GCTU|General Confederation of Trade Unions
GUAM|GUAM Organization for Democracy and Economic Development
IADB|Inter-American Development Bank
IAEA|International Atomic Energy Agency
IBRD|International Bank for Reconstruction and Development
ICAO|International Civil Aviation Organization
ICC|International Chamber of Commerce
ICCt|International Criminal Court
ICCT|International Criminal Court
ICGLR|International Conference on the Great Lakes Region
ICRM|International Red Cross and Red Crescent Movement
ICSID|International Centre for Settlement of Investment Disputes
IDA|International Development Association
IDB|Islamic Development Bank
IEA|International Energy Agency
IFAD|International Fund for Agricultural Development
IFC|International Finance Corporation
IFRCS|International Federation of Red Cross and Red Crescent Societies
IGAD|Intergovernmental Authority on Development
IHO|International Hydrographic Organization
ILO|International Labour Organization
IMF|International Monetary Fund
IMO|International Maritime Organization
IMSO|International Mobile Satellite Organization
IOC|International Olympic Committee
IOM|International Organization for Migration
IORA|Indian Ocean Rim Association
IPU|Inter-Parliamentary Union
ISO|International Organization for Standardization
ITSO|International Telecommunications Satellite Organization
ITU|International Telecommunication Union
ITUC|International Trade Union Confederation
InOC|Indian Ocean Commission
Interpol|International Criminal Police Organization
LAES|Latin American and Caribbean Economic System
LAIA|Latin American Integration Association
LAS|League of Arab States
LCBC|Lake Chad Basin Commission
MIGA|Multilateral Investment Guarantee Agency
MINURCAT|United Nations Mission in the Central African Republic and Chad
MINURSO|United Nations Mission for the Referendum in Western Sahara
MINUSCA|United Nations Multidimensional Integrated Stabilization Mission in the Central African Republic
MINUSMA|United Nations Multidimensional Integrated Stabilization Mission in Mali
MINUSTAH|United Nations Stabilization Mission in Haiti
MNJTF|Multinational Joint Task Force
MONUSCO|United Nations Organization Stabilization Mission in the Democratic Republic of the Congo
MSG|Melanesian Spearhead Group
Mercosur|Southern Common Market
NAFTA|North American Free Trade Agreement
NAM|Non-Aligned Movement
NATO|North Atlantic Treaty Organization
NC|Nordic Council
NEA|Nuclear Energy Agency
NIB|Nordic Investment Bank
NSG|Nuclear Suppliers Group
OAPEC|Organization of Arab Petroleum Exporting Countries
OAS|Organization of American States
OECD|Organisation for Economic Co-operation and Development
OECS|Organisation of Eastern Caribbean States
OIC|Organisation of Islamic Cooperation
OIF|Organisation internationale de la Francophonie
Francophonie|Organisation internationale de la Francophonie
OPANAL|Agency for the Prohibition of Nuclear Weapons in Latin America and the Caribbean
OPCW|Organisation for the Prohibition of Chemical Weapons
OPEC|Organization of the Petroleum Exporting Countries
OSCE|Organization for Security and Co-operation in Europe
PCA|Permanent Court of Arbitration
PFP|Partnership for Peace
PIF|Pacific Islands Forum
PROSUR|Forum for the Progress and Integration of South America
Pacific Alliance|Pacific Alliance
Paris Club|Paris Club
Petrocaribe|Petrocaribe
Quad|Quadrilateral Security Dialogue
SAARC|South Asian Association for Regional Cooperation
SACEP|South Asia Co-operative Environment Programme
SACU|Southern African Customs Union
SADC|Southern African Development Community
SCO|Shanghai Cooperation Organisation
SELEC|Southeast European Law Enforcement Center
SICA|Central American Integration System
SPC|Pacific Community
Schengen Convention|Schengen Area
Sparteca|South Pacific Regional Trade and Economic Cooperation Agreement
UN|United Nations
UN Security Council|United Nations Security Council
UN Women|UN Women
UNAMA|United Nations Assistance Mission in Afghanistan
UNAMID|African Union-United Nations Hybrid Operation in Darfur
UNASUR|Union of South American Nations
UNCTAD|United Nations Conference on Trade and Development
UNDOF|United Nations Disengagement Observer Force
UNDP|United Nations Development Programme
UNEP|United Nations Environment Programme
UNESCO|United Nations Educational, Scientific and Cultural Organization
UNFICYP|United Nations Peacekeeping Force in Cyprus
UNFPA|United Nations Population Fund
UNHCR|United Nations High Commissioner for Refugees
UNHRC|United Nations Human Rights Council
UNICEF|United Nations Children's Fund
UNIDO|United Nations Industrial Development Organization
UNIFIL|United Nations Interim Force in Lebanon
UNISFA|United Nations Interim Security Force for Abyei
UNITAR|United Nations Institute for Training and Research
UNMHA|United Nations Mission to Support the Hudaydah Agreement
UNMIL|United Nations Mission in Liberia
UNMIS|United Nations Mission in the Sudan
UNMISS|United Nations Mission in South Sudan
UNMIT|United Nations Integrated Mission in Timor-Leste
UNMOGIP|United Nations Military Observer Group in India and Pakistan
UNOCI|United Nations Operation in Côte d'Ivoire
UNOOSA|United Nations Office for Outer Space Affairs
UNOPS|United Nations Office for Project Services
UNRWA|United Nations Relief and Works Agency for Palestine Refugees in the Near East
UNSC|United Nations Security Council
UNSMIL|United Nations Support Mission in Libya
UNSOM|United Nations Assistance Mission in Somalia
UNSOS|United Nations Support Office in Somalia
UNTSO|United Nations Truce Supervision Organization
UNVIM|United Nations Verification and Inspection Mechanism for Yemen
UNWTO|World Tourism Organization
UPU|Universal Postal Union
USMCA|United States-Mexico-Canada Agreement
Union Latina|Latin Union
WADB|West African Development Bank
WAEMU|West African Economic and Monetary Union
WBG|World Bank Group
WCO|World Customs Organization
WFP|World Food Programme
WFTU|World Federation of Trade Unions
WHO|World Health Organization
WIPO|World Intellectual Property Organization
WMO|World Meteorological Organization
WTO|World Trade Organization
Wassenaar Arrangement|Wassenaar Arrangement
World Bank Group|World Bank Group
ZC|Zangger Committee
"""

NAMES: dict[str, str] = {short: name for short, _, name in (line.partition("|") for line in _LINES.splitlines())}

_FIRST = {name: short for short, name in reversed(NAMES.items())}
ONE_FOR_ALL = {short: _FIRST[name] for short, name in NAMES.items()}
"""Abbreviation -> the first one of the same organization (`C` for "Commonwealth of Nations", `G-9` for "G- 9")."""

MISSIONS = frozenset({
    "ATMIS", "MINURCAT", "MINURSO", "MINUSCA", "MINUSMA", "MINUSTAH", "MNJTF", "MONUSCO", "UNAMA", "UNAMID", "UNDOF", "UNFICYP",
    "UNIFIL", "UNISFA", "UNMHA", "UNMIL", "UNMIS", "UNMISS", "UNMIT", "UNMOGIP", "UNOCI", "UNSMIL", "UNSOM", "UNSOS", "UNTSO",
    "UNVIM",
})  # fmt: skip
"""Operations: a country that sends people takes part in one, and is no member of it."""
