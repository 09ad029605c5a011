package views

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// htmxConfig turns off what a strict content security policy forbids, keeps pages out of the
// browser's storage, and shows refused forms (422) in place.
const htmxConfig = `{"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0,"responseHandling":[` +
	`{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},{"code":"[45]..","swap":false,"error":true}]}`

// favicon is a panel on its stand; it is in the page so that it needs no request.
const favicon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect x='1' y='2' width='14' height='11' rx='2' fill='%230b6b52'/%3E" +
	"%3Cpath d='M3.5 5h4v3h-4zM9 5h3.5v1H9zM9 7h3.5v1H9zM3.5 9.5h9v1h-9z' fill='%23fff'/%3E%3C/svg%3E"

func deviceURL(id string, rest ...string) string {
	return "/devices/" + url.PathEscape(id) + strings.Join(rest, "")
}

func pictureURL(id, rest string) string { return "/pictures/" + url.PathEscape(id) + rest }

func playlistURL(id string, rest ...string) string {
	return "/playlists/" + url.PathEscape(id) + strings.Join(rest, "")
}

func mobileURL(id string, rest ...string) string {
	return "/mobile/" + url.PathEscape(id) + strings.Join(rest, "")
}

// percent is a place on a timeline in the form that SVG takes.
func percent(units int) string {
	return strconv.FormatFloat(float64(units)*100/TimelineWidth, 'f', 1, 64) + "%"
}

// entryField is the name of an entry's field in the form of a playlist.
func entryField(i int, name string) string { return "entries." + strconv.Itoa(i) + "." + name }

func has(list []string, value string) bool { return slices.Contains(list, value) }

func albumURL(id, rest string) string { return "/albums/" + url.PathEscape(id) + rest }

func number(n int) string { return strconv.Itoa(n) }

func number64(n int64) string { return strconv.FormatInt(n, 10) }

// describe names the message of a field, if it has one, for aria-describedby.
func describe(id, message string) string {
	if message == "" {
		return ""
	}
	return id + "-error"
}

// list joins texts with commas.
func list(texts []string) string { return strings.Join(texts, ", ") }

// spaced shows six digits as two groups, as a person compares them.
func spaced(code string) string {
	if len(code) != 6 {
		return code
	}
	return code[:3] + " " + code[3:]
}

// grouped shows a key with places where a line may break, so that a narrow screen need not scroll.
func grouped(key string) []string { return strings.SplitAfter(key, "_") }

const sparkWidth, sparkHeight = 120, 28

// sparkline is the points of an SVG polyline that fills sparkWidth × sparkHeight with a margin of 2.
func sparkline(points []float64) string {
	if len(points) < 2 {
		return ""
	}
	low, high := points[0], points[0]
	for _, p := range points {
		low, high = min(low, p), max(high, p)
	}
	span := high - low
	if span == 0 {
		low, span = low-0.5, 1
	}
	var line strings.Builder
	for i, p := range points {
		x := 2 + float64(i)*(sparkWidth-4)/float64(len(points)-1)
		y := 2 + (high-p)/span*(sparkHeight-4)
		if high == low {
			y = sparkHeight / 2
		}
		fmt.Fprintf(&line, "%.1f,%.1f ", x, y)
	}
	return strings.TrimSpace(line.String())
}

// stateClass colours a state: green when it is well, warm when it needs a look.
func stateClass(ok, warm bool) string {
	switch {
	case warm:
		return "warm"
	case ok:
		return "good"
	}
	return "soft"
}

// ofType returns the targets that fit an image: its own type first, then devices of that type, groups, then the rest.
func ofType(targets []Target, deviceType string) []Target {
	var same, groups, other []Target
	for _, target := range targets {
		switch {
		case target.IsGroup:
			groups = append(groups, target)
		case target.DeviceType != deviceType:
			other = append(other, target)
		case target.IsType:
			same = append([]Target{target}, same...)
		default:
			same = append(same, target)
		}
	}
	return append(append(same, groups...), other...)
}

func statTag(s Stat) string {
	if s.Warm {
		return "stat stat-warm"
	}
	return "stat"
}

func downloads(n int) string {
	switch n {
	case 0:
		return "never downloaded"
	case 1:
		return "downloaded once"
	}
	return "downloaded " + strconv.Itoa(n) + " times"
}

func sessions(n int) string {
	if n == 1 {
		return "You are signed in here only."
	}
	return "You are signed in at " + strconv.Itoa(n) + " places."
}

func layoutURL(id, rest string) string { return "/layouts/" + url.PathEscape(id) + rest }

func layoutAPI(id string) string { return "/api/v1/layouts/" + url.PathEscape(id) }

// layoutFormURL keeps what the preview is drawn for over a save.
func layoutFormURL(m LayoutEditor) string {
	query := url.Values{}
	for name, choices := range map[string][]Option{"device_id": m.Preview.Devices, "size": m.Preview.Sizes, "palette": m.Preview.Palettes} {
		for _, choice := range choices {
			if choice.Selected && choice.Value != "" {
				query.Set(name, choice.Value)
			}
		}
	}
	if len(query) == 0 {
		return layoutURL(m.ID, "")
	}
	return layoutURL(m.ID, "?"+query.Encode())
}

// uploadAlbum is the album that uploaded pictures go to, "" for none.
func uploadAlbum(m Pictures) string {
	if m.AlbumName == "" {
		return ""
	}
	return m.Album
}

// tabQuery is the part of an address that names the tab.
func tabQuery(m Pictures) string {
	if m.Album == "" {
		return ""
	}
	return "?album=" + url.QueryEscape(m.Album)
}

// cropped tells whether less than all of a picture is shown.
func cropped(fields map[string]string) bool {
	return fields["crop_left"] != "0" || fields["crop_top"] != "0" || fields["crop_across"] != "100" || fields["crop_down"] != "100"
}

// shown says which rows of a long list are there.
func shown(m Fleet) string {
	switch m.All {
	case 1:
		return "1 device"
	case len(m.Rows):
		return strconv.Itoa(m.All) + " devices"
	}
	return fmt.Sprintf("%d to %d of %d devices", m.From, m.From+len(m.Rows)-1, m.All)
}

// answerClass is how the answer to an upload looks.
func answerClass(kind string) string {
	if kind == "refused" || kind == "question" {
		return "refused"
	}
	return kind
}
