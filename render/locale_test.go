package render_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personalcms/render"
)

func locale(tag string) render.Locale { return render.NewLocale(render.Units{Language: tag}) }

// monday is 23 November 2026, 14:05.
func monday() time.Time { return time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC) }

func TestLocaleDaysAndTimes(t *testing.T) {
	for tag, want := range map[string][]string{
		"en-GB": {"14:05", "Monday", "Mon", "November 2026", "23 November", "Monday, 23 November", "Mon 23 November", "Mon 23 Nov", "23 Nov", "23/11"},
		"en-US": {"2:05 pm", "Monday", "Mon", "November 2026", "November 23", "Monday, November 23", "Mon, November 23", "Mon, Nov 23", "Nov 23", "11/23"},
		"de":    {"14:05", "Montag", "Mo", "November 2026", "23. November", "Montag, 23. November", "Mo 23. November", "Mo 23. Nov", "23. Nov", "23.11."},
		"es":    {"14:05", "lunes", "lun", "noviembre de 2026", "23 de noviembre", "lunes, 23 de noviembre", "lun 23 de noviembre", "lun 23 nov", "23 nov", "23/11"},
		"fi":    {"14.05", "maanantai", "ma", "marraskuu 2026", "23. marraskuuta", "maanantai 23. marraskuuta", "ma 23. marraskuuta", "ma 23.11.", "23.11."},
		"cs":    {"14:05", "pondělí", "po", "listopad 2026", "23. listopadu", "pondělí 23. listopadu", "po 23. listopadu", "po 23. 11.", "23. 11."},
		"ru":    {"14:05", "понедельник", "пн", "ноябрь 2026", "23 ноября", "понедельник, 23 ноября", "пн 23 ноября", "пн 23 нояб.", "23 нояб.", "23.11"},
		"tr":    {"14:05", "Pazartesi", "Pzt", "Kasım 2026", "23 Kasım", "23 Kasım Pazartesi", "23 Kasım Pzt", "23 Kas Pzt", "23 Kas", "23.11"},
		"th":    {"14:05", "วันจันทร์", "จ.", "พฤศจิกายน 2569", "23 พฤศจิกายน", "วันจันทร์ที่ 23 พฤศจิกายน", "จ. 23 พฤศจิกายน", "จ. 23 พ.ย.", "23 พ.ย.", "23/11"},
		"ja":    {"14:05", "月曜日", "月", "2026年11月", "11月23日", "11月23日月曜日", "11月23日(月)", "11月23日", "11/23"},
		"ko":    {"오후 2:05", "월요일", "월", "2026년 11월", "11월 23일", "11월 23일 월요일", "11월 23일 (월)", "11월 23일", "11. 23."},
		"he":    {"14:05", "יום שני", "ב׳", "נובמבר 2026", "23 בנובמבר", "יום שני, 23 בנובמבר", "ב׳ 23 בנובמבר", "ב׳ 23 בנוב׳", "23 בנוב׳", "23.11"},
	} {
		l := locale(tag)
		got := append([]string{strings.ReplaceAll(l.Time(monday()), "\u00A0", " "), l.Weekday(monday()), l.WeekdayShort(monday()), l.MonthYear(monday()), l.DayMonth(monday())}, l.ShortDay(monday())...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tag, diff)
		}
	}
	if got := locale("fr").DayMonth(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)); got != "1er mai" {
		t.Errorf("French first of May: %q", got)
	}
}

func TestEveryLanguageIsComplete(t *testing.T) {
	r := newRenderer(t)
	for _, tag := range render.Languages() {
		l := locale(tag)
		if l.Tag() != tag {
			t.Errorf("%q became %q", tag, l.Tag())
		}
		seen := map[string]bool{}
		for month := time.January; month <= time.December; month++ {
			day := time.Date(2026, month, int(month), 12, 0, 0, 0, time.UTC)
			for _, name := range append(l.ShortDay(day), l.Month(day), l.MonthShort(day), l.MonthYear(day)) {
				if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "#|") || strings.Contains(name, "MMM") || strings.Contains(name, "EEE") {
					t.Errorf("%s, %s: %q", tag, month, name)
				}
				if lost := r.Missing(name); len(lost) > 0 {
					t.Errorf("%s: no font has %q", tag, string(lost))
				}
			}
			seen[l.Month(day)], seen[l.DayMonth(day)] = true, true
		}
		for i := range 7 {
			seen[l.Weekday(monday().AddDate(0, 0, i))] = true
		}
		if len(seen) != 31 {
			t.Errorf("%s: %d names of months, days of the year and weekdays are different, want 31", tag, len(seen))
		}
	}
}

func TestUnknownLanguages(t *testing.T) {
	for tag, want := range map[string]string{"": "en-GB", "en": "en-GB", "xx-YY": "en-GB", "de-AT": "de", "fr-CA": "fr", "x": "en-GB", "pt-PT": "pt"} {
		if got := locale(tag).Tag(); got != want {
			t.Errorf("%q became %q, want %q", tag, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2026, 1, 2, hour, minute, 0, 0, time.UTC) }
	for _, row := range []struct {
		units        render.Units
		at           time.Time
		digits, half string
	}{
		{render.Units{Clock: "12"}, at(0, 5), "12:05", "am"},
		{render.Units{Clock: "12"}, at(12, 0), "12:00", "pm"},
		{render.Units{Clock: "12"}, at(23, 59), "11:59", "pm"},
		{render.Units{Language: "en-US", Clock: "24"}, at(7, 3), "07:03", ""},
		{render.Units{Language: "ko"}, at(9, 30), "9:30", "오전"},
		{render.Units{Language: "fi"}, at(7, 3), "7.03", ""},
		{render.Units{Language: "da"}, at(7, 3), "07.03", ""},
	} {
		digits, half := render.NewLocale(row.units).Clock(row.at)
		if digits != row.digits || half != row.half {
			t.Errorf("%+v: %q %q", row, digits, half)
		}
	}
}

func TestLocaleNumbers(t *testing.T) {
	for _, row := range []struct {
		tag    string
		value  float64
		places int
		want   string
	}{
		{"en-GB", -3.25, 1, "−3.2"},
		{"de", 21.43, 1, "21,4"},
		{"en-GB", 1234.5, 1, "1234.5"},
		{"en-GB", 1234567, 0, "1,234,567"},
		{"fr", -12345.6, 1, "−12\u00A0345,6"},
		{"de-CH", 12345.6, 1, "12’345.6"},
		{"hi", 1234567, 0, "12,34,567"},
		{"de", -0.04, 1, "0,0"},
		{"de", math.NaN(), 1, "–"},
		{"de", math.Inf(1), 1, "–"},
	} {
		if got := locale(row.tag).Number(row.value, row.places); got != row.want {
			t.Errorf("%s %v: %q, want %q", row.tag, row.value, got, row.want)
		}
	}
	for tag, want := range map[string]string{"en-GB": "44%", "de": "44\u00A0%", "tr": "%44"} {
		if got := locale(tag).Percent(44, 0); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	var units render.Units
	if err := json.Unmarshal([]byte(`{"language":"de","clock":"12","temperature":"F","wind":"kn"}`), &units); err != nil {
		t.Fatal(err)
	}
	l := render.NewLocale(units)
	got := []any{l.Degrees(-10, 0), l.TemperatureUnit(), l.Wind(18.52), l.Time(monday())}
	if diff := cmp.Diff([]any{"14°", "°F", "10\u00A0kn", "2:05\u00A0pm"}, got); diff != "" {
		t.Errorf("set by hand (-want +got):\n%s", diff)
	}
	for tag, want := range map[string][]any{
		"en-US": {"°F", "mph", time.Sunday, false}, "en-GB": {"°C", "mph", time.Monday, false}, "de": {"°C", "km/h", time.Monday, false},
		"": {"°C", "km/h", time.Monday, false}, "hu": {"°C", "km/h", time.Monday, false},
		"sv": {"°C", "m/s", time.Monday, false}, "ar": {"°C", "km/h", time.Saturday, true}, "he": {"°C", "km/h", time.Sunday, true},
	} {
		l := locale(tag)
		if diff := cmp.Diff(want, []any{l.TemperatureUnit(), l.WindUnit(), l.FirstWeekday(), l.RightToLeft()}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tag, diff)
		}
	}
}

func TestRelativeDays(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 28, 23, 30, 0, 0, zone) // the night in which clocks are put forward
	l := locale("de")
	for _, row := range []struct {
		day  time.Time
		want string
	}{
		{now, "Heute"},
		{now.Add(time.Hour), "Morgen"},
		{now.Add(22 * time.Hour).UTC(), "Morgen"}, // 22:30 summer time
		{now.Add(24 * time.Hour).UTC(), ""},       // 00:30
		{now.AddDate(0, 0, -1), "Gestern"},
		{now.AddDate(0, 0, -2), ""},
	} {
		if got := l.Relative(row.day, now); got != row.want {
			t.Errorf("%s: %q, want %q", row.day, got, row.want)
		}
	}
}

func TestEveryWordInEveryVocabulary(t *testing.T) {
	for key, row := range render.Vocabulary() {
		for column, text := range row {
			if text == "" {
				t.Errorf("column %d has no %q", column, key)
			}
			for _, place := range []string{"%d", "%s", "%"} {
				if strings.Count(text, place) != strings.Count(row[0], place) {
					t.Errorf("%q: %q, English %q", key, text, row[0])
				}
			}
		}
	}
	if got := locale("pl").Word("today"); got != "Today" {
		t.Errorf("Polish without a vocabulary: %q", got)
	}
	if got := locale("de").Word("no such word"); got != "no such word" {
		t.Errorf("a word that is missing: %q", got)
	}
}

func TestWordsOfTheWidgetsAreInTheVocabulary(t *testing.T) {
	words := regexp.MustCompile(`\.(?:Word|Say)\("([^"]+)"[,)]`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range words.FindAllStringSubmatch(string(source), -1) {
			found++
			if _, ok := render.Vocabulary()[match[1]]; !ok {
				t.Errorf("%s: %q is not in the vocabulary", file, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no words were found: has the way to ask for them changed?")
	}
}

func TestCounts(t *testing.T) {
	de, fr, en := locale("de"), locale("fr"), locale("en-GB")
	got := []string{
		de.Days(1), de.Days(0), de.Days(12), fr.Days(0), fr.Days(2), de.InDays(3), de.InDays(1), en.InDays(-4),
		en.Age(5 * time.Minute), de.Age(3 * time.Hour), de.Age(49 * time.Hour), en.Say("updated %s", en.Age(3*time.Hour)), de.Week(monday()),
	}
	want := []string{
		"1 Tag", "0 Tage", "12 Tage", "0 jour", "2 jours", "in 3 Tagen", "Morgen", "4 days ago",
		"5 min ago", "vor 3 Std.", "vor 2 Tagen", "updated 3 h ago", "Woche 48",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompass(t *testing.T) {
	for tag, want := range map[string]string{"en-GB": "N NE E SE S SW W NW", "de": "N NO O SO S SW W NW", "fr": "N NE E SE S SO O NO", "nl": "N NO O ZO Z ZW W NW"} {
		var all []string
		for i := range 8 {
			all = append(all, locale(tag).Compass(float64(i)*45-20))
		}
		if diff := cmp.Diff(want, strings.Join(all, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tag, diff)
		}
	}
	if got := locale("de").Compass(math.NaN()); got != "" {
		t.Errorf("no direction: %q", got)
	}
}

func TestZeroLocale(t *testing.T) {
	var zero render.Locale
	want := render.NewLocale(render.Units{})
	if diff := cmp.Diff(want.ShortDay(monday()), zero.ShortDay(monday())); diff != "" || zero.Wind(14) != "14\u00A0km/h" || zero.Time(monday()) != "14:05" {
		t.Errorf("wind %q, time %q, days (-want +got):\n%s", zero.Wind(14), zero.Time(monday()), diff)
	}
}
