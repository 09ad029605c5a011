package render

import (
	"fmt"
	"image"
	"math"
	"time"
)

// statusWidget is how the device itself is.
func statusWidget() Kind {
	return kindOf(Kind{
		Name: "status", Title: "Device status", Hint: "Battery, Wi-Fi, when it was last seen, and its firmware.",
		Options: []Option{
			{Name: "show", Title: "Show", Type: "choice", Default: "all", Choices: []Choice{{"all", "Everything"}, {"battery", "Battery"}, {"wifi", "Wi-Fi"}}},
		},
		Cells: image.Pt(8, 3), Least: image.Pt(60, 24),
	}, seeStatus, drawStatusWidget)
}

// statusShown is facts of a device, the most important first.
type statusShown struct {
	Heading string
	Facts   []detail
}

func seeStatus(in Input) view {
	show := in.Options.Text("show")
	shown := statusShown{Heading: in.heading(in.Device.Name)}
	if in.Device.Battery != nil || in.Device.Voltage != nil {
		if show != "wifi" {
			shown.Facts = append(shown.Facts, in.battery())
		}
	}
	if in.Device.RSSI != 0 && show != "battery" {
		shown.Facts = append(shown.Facts, detail{wifiIcon(in.Device.RSSI), in.Locale.Word(wifiWord(in.Device.RSSI)), fmt.Sprintf("%s dBm", in.Locale.Number(float64(in.Device.RSSI), 0))})
	}
	if show == "all" {
		if !in.Device.LastSeen.IsZero() {
			seen := in.Device.LastSeen.In(in.Now.Location())
			words := in.Locale.Time(seen)
			if in.Now.Sub(seen) >= 20*time.Hour {
				words = in.Locale.Age(in.Now.Sub(seen))
			}
			shown.Facts = append(shown.Facts, detail{"clock-outline", words, in.Locale.Word("last seen")})
		}
		if in.Device.Firmware != "" {
			shown.Facts = append(shown.Facts, detail{"cellphone", in.Device.Firmware, in.Locale.Word("firmware")})
		}
	}
	if len(shown.Facts) == 0 {
		return nothing(in.Locale.Word("device says nothing"))
	}
	return shows(shown)
}

// battery is the charge with the icon of its level.
func (in Input) battery() detail {
	words := ""
	if in.Device.Voltage != nil {
		words = in.Locale.Number(*in.Device.Voltage, 2) + " V"
	}
	if in.Device.Battery == nil {
		return detail{"battery-50", words, in.Locale.Word("battery")}
	}
	percent := min(100, max(0, *in.Device.Battery))
	icon := "battery"
	switch {
	case percent < 10:
		icon = "battery-alert-variant-outline"
	case percent < 95:
		icon = fmt.Sprintf("battery-%d", 10*min(9, int(math.Round(percent/10))))
	}
	if words == "" {
		words = in.Locale.Word("battery")
	}
	return detail{icon, in.percent(percent), words}
}

// wifiWord says how good a signal of some dBm is.
func wifiWord(dBm int) string {
	switch {
	case dBm >= -60:
		return "excellent"
	case dBm >= -70:
		return "good"
	case dBm >= -80:
		return "fair"
	}
	return "weak"
}

func wifiIcon(dBm int) string {
	return map[string]string{"excellent": "wifi-strength-4", "good": "wifi-strength-3", "fair": "wifi-strength-2", "weak": "wifi-strength-1"}[wifiWord(dBm)]
}

func drawStatusWidget(c *canvas, box image.Rectangle, s statusShown) {
	row := c.px(30)
	if box.Dy() >= 2*row+c.px(28) && len(s.Facts) > 1 {
		box = c.heading(s.Heading, box)
	}
	value, words := c.style(semiBold, 15), c.style(medium, 15)
	value.figures, words.figures = true, true
	icon := min(c.px(26), box.Dy())
	if rows := min(len(s.Facts), box.Dy()/row); rows >= 2 && box.Dx() < c.px(420) {
		for i, fact := range s.Facts[:rows] {
			middle := box.Min.Y + i*row + icon/2
			drawFact(c, fact, value, words, box.Min.X, middle, icon, box.Max.X)
		}
		return
	}
	// One line: as many facts as there is room for, their small words only where all have room.
	middle := box.Min.Y + box.Dy()/2
	for _, explained := range []bool{true, false} {
		widths, total := make([]int, len(s.Facts)), 0
		for i, fact := range s.Facts {
			if !explained {
				fact.Words = ""
			}
			widths[i] = factWidth(c, fact, value, words, icon)
			total += widths[i] + c.px(24)
		}
		if explained && total-c.px(24) > box.Dx() {
			continue
		}
		x := box.Min.X
		for i, fact := range s.Facts {
			if x+widths[i] > box.Max.X {
				return
			}
			if !explained {
				fact.Words = ""
			}
			drawFact(c, fact, value, words, x, middle, icon, box.Max.X)
			x += widths[i] + c.px(24)
		}
		return
	}
}

func factWidth(c *canvas, f detail, value, words style, icon int) int {
	width := icon + c.px(6) + c.type_.set(f.Value, value, 1<<20, 1).width
	if f.Words != "" {
		width += c.px(6) + c.type_.set(f.Words, words, 1<<20, 1).width
	}
	return width
}

// drawFact is an icon, a value and small words in one line about the height middle.
func drawFact(c *canvas, f detail, value, words style, x, middle, icon, right int) {
	ink := c.inkOf(f.Icon, icon)
	c.icon(f.Icon, x+(icon-ink.Dx())/2-ink.Min.X, middle-(ink.Min.Y+ink.Max.Y)/2, icon)
	x += icon + c.px(6)
	y := middle - value.capHeight()/2
	text := c.type_.set(f.Value, value, right-x, 1)
	c.place(text, x, y, text.width)
	x += text.width + c.px(6)
	if f.Words != "" && right-x > c.px(24) {
		more := c.type_.set(f.Words, words, right-x, 1)
		c.place(more, x, y, more.width)
	}
}
