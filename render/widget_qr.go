package render

import (
	"image"
	"strings"
)

// qrWidget is a QR code with a caption.
func qrWidget() Kind {
	return kindOf(Kind{
		Name: "qr", Title: "QR code", Hint: "Opens an address, joins a Wi-Fi, adds a contact or shows a text when a phone looks at it.",
		Options: []Option{
			{Name: "kind", Title: "What it does", Type: "choice", Default: "url", Choices: []Choice{
				{"url", "Open an address"}, {"wifi", "Join a Wi-Fi"}, {"contact", "Add a contact"}, {"text", "Show a text"},
			}},
			{Name: "text", Title: "Address or text", Type: "lines", Hint: "Empty: the screen’s page for the household."},
			{Name: "network", Title: "Name of the Wi-Fi", Type: "text"},
			{Name: "password", Title: "Its password", Type: "text", Hint: "Everybody who sees the panel can read it. Empty: the Wi-Fi has none."},
			{Name: "hidden", Title: "The Wi-Fi hides its name", Type: "check", Default: "false"},
			{Name: "name", Title: "Name of the contact", Type: "text"},
			{Name: "phone", Title: "Telephone", Type: "text"},
			{Name: "mail", Title: "E-mail", Type: "text"},
			{Name: "caption", Title: "Caption", Type: "text", Hint: "Empty: what the code does. Write - for none."},
		},
		Cells: image.Pt(6, 8), Least: image.Pt(90, 90),
	}, seeQR, drawQRWidget)
}

// qrShown is a code's text and what stands below it.
type qrShown struct {
	Heading, Text, Caption, More string
	Short                        string // of the caption
}

// longestQR is the longest text that gives a code whose modules a panel can still show.
const longestQR = 600

func seeQR(in Input) view {
	shown := qrShown{Heading: in.heading("")}
	switch in.Options.Text("kind") {
	case "wifi":
		network, password := in.Options.Text("network"), in.Options["password"]
		if network != "" {
			shown.Text, shown.Caption, shown.More = wifiText(network, password, in.Options.Is("hidden")), network, password
		}
	case "contact":
		name := in.Options.Text("name")
		if name != "" {
			shown.Text, shown.Caption, shown.More = contactText(name, in.Options.Text("phone"), in.Options.Text("mail")), name, in.Options.Text("phone")
		}
	case "text":
		shown.Text, shown.Caption = in.Options.Text("text"), in.Options.Text("text")
	default:
		shown.Text = in.Options.Text("text")
		if shown.Text == "" {
			shown.Text = in.Device.MobileURL
		}
		_, shown.Caption, _ = strings.Cut(shown.Text, "://")
		shown.Caption = strings.TrimSuffix(shown.Caption, "/")
		if shown.Caption == "" {
			shown.Caption = shown.Text
		}
		shown.Short, _, _ = strings.Cut(shown.Caption, "/")
	}
	switch caption := in.Options.Text("caption"); caption {
	case "":
	case "-":
		shown.Caption, shown.More = "", ""
	default:
		shown.Caption, shown.Short = caption, ""
	}
	if shown.Text == "" {
		return nothing(in.Locale.Word("no code"))
	}
	if len(shown.Text) > longestQR {
		return nothing(in.Locale.Word("code too long"))
	}
	return shows(shown)
}

// wifiText is the text that phones read as a Wi-Fi to join.
func wifiText(network, password string, hidden bool) string {
	escape := strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, `"`, `\"`, `:`, `\:`)
	text := "WIFI:T:nopass;S:" + escape.Replace(network) + ";"
	if password != "" {
		text = "WIFI:T:WPA;S:" + escape.Replace(network) + ";P:" + escape.Replace(password) + ";"
	}
	if hidden {
		text += "H:true;"
	}
	return text + ";"
}

// contactText is a vCard 3.0 of a person.
func contactText(name, phone, mail string) string {
	escape := strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\n", `\n`)
	words := strings.Fields(name)
	family := words[len(words)-1]
	given := strings.Join(words[:len(words)-1], " ")
	lines := []string{"BEGIN:VCARD", "VERSION:3.0", "N:" + escape.Replace(family) + ";" + escape.Replace(given), "FN:" + escape.Replace(name)}
	if phone != "" {
		lines = append(lines, "TEL:"+escape.Replace(phone))
	}
	if mail != "" {
		lines = append(lines, "EMAIL:"+escape.Replace(mail))
	}
	return strings.Join(append(lines, "END:VCARD"), "\r\n")
}

func drawQRWidget(c *canvas, box image.Rectangle, q qrShown) {
	if box.Dy() >= c.px(150) {
		box = c.heading(q.Heading, box)
	}
	code, words := box, image.Rectangle{}
	caption, more := c.style(semiBold, 17), c.style(medium, 15)
	below := caption.capHeight() + c.px(14) + caption.size/4
	if q.More != "" {
		below += more.capHeight() + c.px(11)
	}
	switch {
	case box.Dx() > box.Dy()+c.px(90) && q.Caption != "":
		code.Max.X = box.Min.X + box.Dy()
		words = image.Rect(code.Max.X+c.px(14), box.Min.Y, box.Max.X, box.Max.Y)
	case q.Caption != "" && box.Dy() >= c.px(120)+below:
		code.Max.Y -= below
		words = image.Rect(box.Min.X, code.Max.Y+c.px(14), box.Max.X, box.Max.Y)
	}
	side := min(code.Dx(), code.Dy())
	left := code.Min.X + (code.Dx()-side)/2
	square := image.Rect(left, code.Min.Y, left+side, code.Min.Y+side)
	square = square.Add(image.Pt(0, (code.Dy()-side)/2))
	drawn := c.code(q.Text, square)
	if !drawn {
		// Too small for a camera: the words alone say it.
		text := c.type_.fit(joinDot(q.Caption, q.More), semiBold, c.sizes(17, 15, 13), box.Dx(), box.Dy())
		c.place(text, box.Min.X, box.Min.Y, box.Dx())
		return
	}
	if words.Empty() {
		return
	}
	if words.Min.X > code.Min.X { // beside the code
		text := c.type_.fit(q.Caption, semiBold, c.sizes(22, 19, 17, 15), words.Dx(), words.Dy()*2/3)
		extra := c.type_.set(q.More, more, words.Dx(), 1)
		y := words.Min.Y + max(0, (words.Dy()-text.height()-c.px(12)-extra.height())/2)
		c.place(text, words.Min.X, y, words.Dx())
		c.place(extra, words.Min.X, y+text.height()+c.px(12), words.Dx())
		return
	}
	middle := (words.Min.X + words.Max.X) / 2
	for _, size := range c.sizes(17, 15, 13) {
		caption.size = size
		if !c.type_.set(q.Caption, caption, words.Dx(), 1).truncated {
			break
		}
	}
	if q.Short != "" {
		q.Caption = c.oneOf([]string{q.Caption, q.Short}, caption, words.Dx())
	}
	c.centred(q.Caption, caption, middle, words.Min.Y, words.Dx())
	c.centred(q.More, more, middle, words.Min.Y+caption.capHeight()+c.px(11), words.Dx())
}

// code draws a QR code dark on light, whatever the colours of the widget: many phones do not read it otherwise. It
// reports whether the square has room for it.
func (c *canvas) code(text string, square image.Rectangle) bool {
	modules, err := codeModules(text)
	if err != nil || square.Dx()/modules < 2 {
		return false
	}
	module := square.Dx() / modules
	side := module * modules
	corner := square.Min.Add(image.Pt((square.Dx()-side)/2, (square.Dy()-side)/2))
	dark := c.dark
	c.dark = false
	defer func() { c.dark = dark }()
	c.box(corner.X, corner.Y, side, side, false)
	return drawQR(c, text, image.Rect(corner.X, corner.Y, corner.X+side, corner.Y+side)) == nil
}
