package render

import "time"

// habits are how a language and country write days, times and numbers. Lists are divided by bars,
// weeks begin on Sunday. They were compared with the Unicode locale data.
type habits struct {
	tag         string
	days        string // standing alone and in a date
	shortDays   string
	months      string // standing alone
	monthsOf    string // in a date; "" = as standing alone
	shortMonths string

	// Patterns: d day, m month as a number, MMMM and MMM its name; EEEE and EEE the weekday before or after a date, which is #; y the year.
	date, shortDate, digits string
	withDay, withShortDay   string
	monthYear               string

	decimal, group string
	percent        string // with # for the number
	timeMark       string // between hours and minutes
	halves         string // before noon and after it; "" = am|pm
	halfFirst      bool
	hours12        bool
	first          time.Weekday
	rightToLeft    bool
	fahrenheit     bool
	wind           string // "" = km/h
	yearsMore      int    // of the calendar in use
	lakh           bool   // numbers are grouped 12,34,567
}

const nbsp = "\u00A0"

// britain is what every other set of habits begins with, and what an unknown language gets.
func britain() habits {
	return habits{
		tag:  "en-GB",
		days: "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday", shortDays: "Sun|Mon|Tue|Wed|Thu|Fri|Sat",
		months:      "January|February|March|April|May|June|July|August|September|October|November|December",
		shortMonths: "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
		date:        "d MMMM", shortDate: "d MMM", digits: "d/m", withDay: "EEEE, #", withShortDay: "EEE #", monthYear: "MMMM y",
		decimal: ".", group: ",", percent: "#%", timeMark: ":", halves: "am|pm", first: time.Monday, wind: "mph",
	}
}

// european is English order with comma, spaces between thousands and km/h.
func european(tag string) habits {
	h := britain()
	h.tag, h.decimal, h.group, h.percent, h.wind = tag, ",", nbsp, "#"+nbsp+"%", "km/h"
	h.withDay, h.digits = "EEEE #", "d.m."
	return h
}

// dotted is the same with a dot after the day's number.
func dotted(tag string) habits {
	h := european(tag)
	h.date, h.shortDate = "d. MMMM", "d. MMM"
	return h
}

// asian has the month before the day and a dot in numbers.
func asian(tag, month, day string) habits {
	h := britain()
	h.tag, h.wind = tag, "km/h"
	h.date, h.shortDate, h.digits = "m"+month+"d"+day, "m"+month+"d"+day, "m/d"
	return h
}

// habitsOf are the habits of a language tag such as "de-CH"; of its language where the country is
// not known, and English where the language is not.
func habitsOf(tag string) habits {
	language := tag
	if len(tag) > 2 {
		language = tag[:2]
	}
	for _, of := range []func(string) (habits, bool){englishes, western, northern, slavic, rightToLeft, southern, eastern} {
		if h, ok := of(tag); ok {
			return h
		}
	}
	if language != tag {
		return habitsOf(language)
	}
	h := britain()
	h.wind = "km/h" // miles are for those who said where they live
	return h
}

func englishes(tag string) (habits, bool) {
	h := britain()
	switch tag {
	case "en", "en-GB":
	case "en-US":
		h.tag, h.date, h.shortDate, h.digits = tag, "MMMM d", "MMM d", "m/d"
		h.withShortDay = "EEE, #"
		h.hours12, h.fahrenheit, h.first = true, true, time.Sunday
	default:
		return habits{}, false
	}
	return h, true
}

func western(tag string) (habits, bool) {
	h := european(tag)
	switch tag {
	case "de", "de-CH":
		h = dotted(tag)
		h.days, h.shortDays = "Sonntag|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag", "So|Mo|Di|Mi|Do|Fr|Sa"
		h.months = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
		h.shortMonths = "Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez"
		h.withDay, h.group = "EEEE, #", "."
		if tag == "de-CH" {
			h.decimal, h.group, h.percent = ".", "’", "#%"
		}
	case "fr":
		h.days, h.shortDays = "dimanche|lundi|mardi|mercredi|jeudi|vendredi|samedi", "dim.|lun.|mar.|mer.|jeu.|ven.|sam."
		h.months = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
		h.shortMonths = "janv.|févr.|mars|avr.|mai|juin|juil.|août|sept.|oct.|nov.|déc."
		h.digits = "d/m"
	case "es":
		h.days, h.shortDays = "domingo|lunes|martes|miércoles|jueves|viernes|sábado", "dom|lun|mar|mié|jue|vie|sáb"
		h.months = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
		h.shortMonths = "ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic"
		h.date, h.withDay, h.monthYear, h.digits, h.group = "d de MMMM", "EEEE, #", "MMMM de y", "d/m", "."
	case "it":
		h.days, h.shortDays = "domenica|lunedì|martedì|mercoledì|giovedì|venerdì|sabato", "dom|lun|mar|mer|gio|ven|sab"
		h.months = "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
		h.shortMonths = "gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic"
		h.digits, h.group, h.percent = "d/m", ".", "#%"
	case "nl":
		h.days, h.shortDays = "zondag|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag", "zo|ma|di|wo|do|vr|za"
		h.months = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
		h.shortMonths = "jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec"
		h.digits, h.group, h.percent = "d-m", ".", "#%"
	case "pt", "pt-BR":
		h.days = "domingo|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado"
		h.shortDays = "dom|seg|ter|qua|qui|sex|sáb"
		h.months = "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
		h.shortMonths = "jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez"
		h.date, h.withDay, h.monthYear, h.digits = "d de MMMM", "EEEE, #", "MMMM de y", "d/m"
		h.percent, h.first = "#%", time.Sunday
		if tag == "pt-BR" {
			h.group = "."
		}
	default:
		return habits{}, false
	}
	return h, true
}

func northern(tag string) (habits, bool) {
	h := dotted(tag)
	h.wind = "m/s"
	switch tag {
	case "sv":
		h.days, h.shortDays = "söndag|måndag|tisdag|onsdag|torsdag|fredag|lördag", "sön|mån|tis|ons|tors|fre|lör"
		h.months = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
		h.shortMonths = "jan.|feb.|mars|apr.|maj|juni|juli|aug.|sep.|okt.|nov.|dec."
		h.date, h.shortDate, h.digits = "d MMMM", "d MMM", "d/m"
	case "da":
		h.days, h.shortDays = "søndag|mandag|tirsdag|onsdag|torsdag|fredag|lørdag", "søn.|man.|tirs.|ons.|tors.|fre.|lør."
		h.months = "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december"
		h.shortMonths = "jan.|feb.|mar.|apr.|maj|jun.|jul.|aug.|sep.|okt.|nov.|dec."
		h.withDay, h.group, h.timeMark = "EEEE den #", ".", "."
	case "nb":
		h.days, h.shortDays = "søndag|mandag|tirsdag|onsdag|torsdag|fredag|lørdag", "søn.|man.|tir.|ons.|tor.|fre.|lør."
		h.months = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
		h.shortMonths = "jan.|feb.|mars|apr.|mai|juni|juli|aug.|sep.|okt.|nov.|des."
	case "fi":
		h.days, h.shortDays = "sunnuntai|maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai", "su|ma|ti|ke|to|pe|la"
		h.months = "tammikuu|helmikuu|maaliskuu|huhtikuu|toukokuu|kesäkuu|heinäkuu|elokuu|syyskuu|lokakuu|marraskuu|joulukuu"
		h.monthsOf = "tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesäkuuta|heinäkuuta|elokuuta|syyskuuta|lokakuuta|marraskuuta|joulukuuta"
		h.shortMonths = "tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"
		h.shortDate, h.timeMark = "d.m.", "."
	default:
		return habits{}, false
	}
	return h, true
}

func slavic(tag string) (habits, bool) {
	h := european(tag)
	switch tag {
	case "pl":
		h.days = "niedziela|poniedziałek|wtorek|środa|czwartek|piątek|sobota"
		h.shortDays = "niedz.|pon.|wt.|śr.|czw.|pt.|sob."
		h.months = "styczeń|luty|marzec|kwiecień|maj|czerwiec|lipiec|sierpień|wrzesień|październik|listopad|grudzień"
		h.monthsOf = "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
		h.shortMonths = "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru"
		h.withDay, h.digits, h.percent = "EEEE, #", "d.m", "#%"
	case "cs":
		h = dotted(tag)
		h.days, h.shortDays = "neděle|pondělí|úterý|středa|čtvrtek|pátek|sobota", "ne|po|út|st|čt|pá|so"
		h.months = "leden|únor|březen|duben|květen|červen|červenec|srpen|září|říjen|listopad|prosinec"
		h.monthsOf = "ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince"
		h.shortMonths = "led|úno|bře|dub|kvě|čvn|čvc|srp|zář|říj|lis|pro"
		h.shortDate, h.digits = "d. m.", "d. m."
	case "ru":
		h.days, h.shortDays = "воскресенье|понедельник|вторник|среда|четверг|пятница|суббота", "вс|пн|вт|ср|чт|пт|сб"
		h.months = "январь|февраль|март|апрель|май|июнь|июль|август|сентябрь|октябрь|ноябрь|декабрь"
		h.monthsOf = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
		h.shortMonths = "янв.|февр.|мар.|апр.|мая|июн.|июл.|авг.|сент.|окт.|нояб.|дек."
		h.withDay, h.digits, h.wind = "EEEE, #", "d.m", "m/s"
	case "uk":
		h.days, h.shortDays = "неділя|понеділок|вівторок|середа|четвер|пʼятниця|субота", "нд|пн|вт|ср|чт|пт|сб"
		h.months = "січень|лютий|березень|квітень|травень|червень|липень|серпень|вересень|жовтень|листопад|грудень"
		h.monthsOf = "січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
		h.shortMonths = "січ.|лют.|бер.|квіт.|трав.|черв.|лип.|серп.|вер.|жовт.|лист.|груд."
		h.withDay, h.digits, h.percent, h.wind = "EEEE, #", "d.m", "#%", "m/s"
	default:
		return habits{}, false
	}
	return h, true
}

func rightToLeft(tag string) (habits, bool) {
	h := britain()
	h.tag, h.rightToLeft, h.wind = tag, true, "km/h"
	switch tag {
	case "ar":
		h.days = "الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت"
		h.shortDays = h.days
		h.months = "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
		h.shortMonths, h.withDay = h.months, "EEEE، #"
		h.halves, h.hours12, h.first = "ص|م", true, time.Saturday
	case "he":
		h.days = "יום ראשון|יום שני|יום שלישי|יום רביעי|יום חמישי|יום שישי|יום שבת"
		h.shortDays = "א׳|ב׳|ג׳|ד׳|ה׳|ו׳|שבת"
		h.months = "ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר"
		h.shortMonths = "ינו׳|פבר׳|מרץ|אפר׳|מאי|יוני|יולי|אוג׳|ספט׳|אוק׳|נוב׳|דצמ׳"
		h.date, h.shortDate, h.digits = "d בMMMM", "d בMMM", "d.m"
		h.halves, h.first = "לפנה״צ|אחה״צ", time.Sunday
	default:
		return habits{}, false
	}
	return h, true
}

func southern(tag string) (habits, bool) {
	h := european(tag)
	switch tag {
	case "el":
		h.days, h.shortDays = "Κυριακή|Δευτέρα|Τρίτη|Τετάρτη|Πέμπτη|Παρασκευή|Σάββατο", "Κυρ|Δευ|Τρί|Τετ|Πέμ|Παρ|Σάβ"
		h.months = "Ιανουάριος|Φεβρουάριος|Μάρτιος|Απρίλιος|Μάιος|Ιούνιος|Ιούλιος|Αύγουστος|Σεπτέμβριος|Οκτώβριος|Νοέμβριος|Δεκέμβριος"
		h.monthsOf = "Ιανουαρίου|Φεβρουαρίου|Μαρτίου|Απριλίου|Μαΐου|Ιουνίου|Ιουλίου|Αυγούστου|Σεπτεμβρίου|Οκτωβρίου|Νοεμβρίου|Δεκεμβρίου"
		h.shortMonths = "Ιαν|Φεβ|Μαρ|Απρ|Μαΐ|Ιουν|Ιουλ|Αυγ|Σεπ|Οκτ|Νοε|Δεκ"
		h.digits, h.group, h.percent, h.halves, h.hours12 = "d/m", ".", "#%", "π.μ.|μ.μ.", true
	case "tr":
		h.days, h.shortDays = "Pazar|Pazartesi|Salı|Çarşamba|Perşembe|Cuma|Cumartesi", "Paz|Pzt|Sal|Çar|Per|Cum|Cmt"
		h.months = "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
		h.shortMonths = "Oca|Şub|Mar|Nis|May|Haz|Tem|Ağu|Eyl|Eki|Kas|Ara"
		h.withDay, h.withShortDay, h.digits, h.group, h.percent = "# EEEE", "# EEE", "d.m", ".", "%#"
		h.halves, h.halfFirst = "ÖÖ|ÖS", true
	case "hi":
		h.days, h.shortDays = "रविवार|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार", "रवि|सोम|मंगल|बुध|गुरु|शुक्र|शनि"
		h.months = "जनवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर"
		h.shortMonths = "जन॰|फ़र॰|मार्च|अप्रैल|मई|जून|जुल॰|अग॰|सित॰|अक्टू॰|नव॰|दिस॰"
		h.withDay, h.digits, h.decimal, h.group, h.percent = "EEEE, #", "d/m", ".", ",", "#%"
		h.hours12, h.first, h.lakh = true, time.Sunday, true
	case "th":
		h.days = "วันอาทิตย์|วันจันทร์|วันอังคาร|วันพุธ|วันพฤหัสบดี|วันศุกร์|วันเสาร์"
		h.shortDays = "อา.|จ.|อ.|พ.|พฤ.|ศ.|ส."
		h.months = "มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม"
		h.shortMonths = "ม.ค.|ก.พ.|มี.ค.|เม.ย.|พ.ค.|มิ.ย.|ก.ค.|ส.ค.|ก.ย.|ต.ค.|พ.ย.|ธ.ค."
		h.withDay, h.digits, h.decimal, h.group, h.percent = "EEEEที่ #", "d/m", ".", ",", "#%"
		h.halves, h.first, h.yearsMore = "ก่อนเที่ยง|หลังเที่ยง", time.Sunday, 543
	default:
		return habits{}, false
	}
	return h, true
}

const (
	numberedMonths = "1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月"
	koreanMonths   = "1월|2월|3월|4월|5월|6월|7월|8월|9월|10월|11월|12월"
)

func eastern(tag string) (habits, bool) {
	h := asian(tag, "月", "日")
	h.halfFirst = true
	h.months, h.shortMonths, h.monthYear = numberedMonths, numberedMonths, "y年m月"
	switch tag {
	case "ja":
		h.days, h.shortDays = "日曜日|月曜日|火曜日|水曜日|木曜日|金曜日|土曜日", "日|月|火|水|木|金|土"
		h.withDay, h.withShortDay, h.halves, h.first, h.wind = "#EEEE", "#(EEE)", "午前|午後", time.Sunday, "m/s"
	case "zh":
		h.days, h.shortDays = "星期日|星期一|星期二|星期三|星期四|星期五|星期六", "周日|周一|周二|周三|周四|周五|周六"
		h.months = "一月|二月|三月|四月|五月|六月|七月|八月|九月|十月|十一月|十二月"
		h.withDay, h.withShortDay, h.halves = "#EEEE", "#EEE", "上午|下午"
	case "ko":
		h = asian(tag, "월 ", "일")
		h.halfFirst = true
		h.days, h.shortDays = "일요일|월요일|화요일|수요일|목요일|금요일|토요일", "일|월|화|수|목|금|토"
		h.months, h.shortMonths, h.monthYear = koreanMonths, koreanMonths, "y년 m월"
		h.withDay, h.withShortDay, h.halves, h.hours12, h.first, h.digits = "# EEEE", "# (EEE)", "오전|오후", true, time.Sunday, "m. d."
		h.wind = "m/s"
	default:
		return habits{}, false
	}
	return h, true
}
