"""How the Correlates of War IGO files name states: their columns, in the file's order, and their state numbers."""

from __future__ import annotations

_WORDS = """\
afghanistan 700 albania 339 algeria 615 andorra 232 angola 540 antiguabarbuda 58 argentina 160 armenia 371 australia
900 austria 305 austriahungary 300 azerbaijan 373 baden 267 bahamas 31 bahrain 692 bangladesh 771 barbados 53
bavariaelect 245 belarus 370 belgium 211 belize 80 benin 434 bhutan 760 bolivia 145 bosnia 346 botswana 571 brazil 140
brunei 835 bulgaria 355 burkinafaso 439 burundi 516 car 482 cambodia 811 cameroon 471 canada 20 capeverde 402 chad 483
chile 155 china 710 colombia 100 comoros 581 congobrazz 484 costarica 94 croatia 344 cuba 40 cyprus 352 czechrep 316
czechoslovakia 315 denmark 390 djibouti 522 domrepublic 42 dominica 54 egermany 265 etimor 860 ecuador 130 egypt 651
elsalvador 92 eqguinea 411 eritrea 531 estonia 366 ethiopia 530 fyromacedonia 343 fiji 950 finland 375 france 220
gabon 481 gambia 420 georgia 372 germany 255 ghana 452 greece 350 grenada 55 guatemala 90 guinea 438 guineabissau 404
guyana 110 haiti 41 hanover 240 hesseelect 273 hessegrand 275 honduras 91 hungary 310 iceland 395 india 750 indonesia
850 iran 630 iraq 645 ireland 205 israel 666 italy 325 ivorycoast 437 jamaica 51 japan 740 jordan 663 kazakhstan 705
kenya 501 kiribati 946 korea 730 kosovo 347 kuwait 690 kyrgyzstan 703 laos 812 latvia 367 lebanon 660 lesotho 570
liberia 450 libya 620 liechtenstein 223 lithuania 368 luxembourg 212 madagascar 580 malawi 553 malaysia 820 maldives
781 mali 432 malta 338 marshallis 983 mauritania 435 mauritius 590 mecklenburg 280 mexico 70 micronesiafs 987 modena
332 moldova 359 monaco 221 mongolia 712 morocco 600 montenegro 341 mozambique 541 myanmar 775 namibia 565 nauru 970
nepal 790 netherlands 210 newzealand 920 nicaragua 93 niger 436 nigeria 475 nokorea 731 norway 385 nyemen 678 oman 698
pakistan 770 palau 986 panama 95 papalstates 327 papuanewguinea 910 paraguay 150 parma 335 peru 135 philippines 840
poland 290 portugal 235 qatar 694 romania 360 russia 365 rwanda 517 svietnam 817 syemen 680 sanmarino 331 saotome 403
saudiarabia 670 saxony 269 senegal 433 seychelles 591 sierraleone 451 singapore 830 slovakia 317 slovenia 349 soafrica
560 sokorea 732 sosudan 626 solomonis 940 somalia 520 spain 230 srilanka 780 stkitts 60 stlucia 56 stvincent 57 sudan
625 suriname 115 swaziland 572 sweden 380 switzerland 225 syria 652 taiwan 713 tajikistan 702 tanzania 510 thailand
800 togo 461 tonga 955 trinidad 52 tunisia 616 turkey 640 turkmenistan 701 tuscany 337 tuvalu 947 twosicilies 329 uae
696 uk 200 usa 2 uganda 500 ukraine 369 uruguay 165 uzbekistan 704 vanuatu 935 venezuela 101 vietnam 816 wgermany 260
wsamoa 990 wurtenburg 271 yemen 679 yugoslaviaserb 345 zaire 490 zambia 551 zanzibar 511 zimbabwe 552
"""

_SPLIT = _WORDS.split()

STATE_COLUMNS: dict[str, int] = {column: int(number) for column, number in zip(_SPLIT[::2], _SPLIT[1::2], strict=True)}
"""Column of `igo_year`, value of `state` in `state_year` -> COW state number. Source: the header of IGO v3.0, 217 columns."""

FORMER = {
    240: "Hanover", 245: "Bavaria", 260: "German Federal Republic", 265: "German Democratic Republic", 267: "Baden",
    269: "Saxony", 271: "Württemberg", 273: "Hesse Electoral", 275: "Hesse Grand Ducal", 280: "Mecklenburg Schwerin",
    300: "Austria-Hungary", 315: "Czechoslovakia", 327: "Papal States", 329: "Two Sicilies", 332: "Modena", 335: "Parma",
    337: "Tuscany", 511: "Zanzibar", 678: "Yemen Arab Republic", 680: "Yemen People's Republic", 730: "Korea",
    817: "Republic of Vietnam",
}  # fmt: skip
"""Names of states that are no more, for the columns say `hessegrand`. Source: State System Membership List, v2016."""
