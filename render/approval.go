package render

import (
	"fmt"
	"image"
	"strings"
	"unicode"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
)

// drawApproval is what a device shows until its owner approves it: its name, six digits to compare
// with the page, and the page's address as a QR code.
func drawApproval(c *canvas, s Screen) error {
	width, height := s.Panel.Width, s.Panel.Height
	c.scale = max(min(float64(width)/800, float64(height)/480), 0.3)
	side := min(height, width*45/100)
	if height > width {
		c.scale = max(min(float64(width)/480, float64(height)/800), 0.3)
		side = min(width, height/2)
	}
	code := image.Rect(width-side, (height-side)/2, width, (height-side)/2+side)
	text := image.Rect(c.px(40), 0, width-side-c.px(8), height)
	if height > width {
		code = image.Rect((width-side)/2, height-side, (width-side)/2+side, height)
		text = image.Rect(c.px(40), 0, width-c.px(40), height-side)
	}
	if err := drawQR(c, s.URL, code); err != nil {
		return err
	}
	drawApprovalText(c, s, text)
	return nil
}

func drawApprovalText(c *canvas, s Screen, box image.Rectangle) {
	digits := c.style(extraBold, 76)
	digits.figures = true
	code := s.Code
	if len(code) == 6 {
		code = code[:3] + " " + code[3:] // a thin space keeps the halves together
	}
	number := c.type_.set(code, digits, box.Dx(), 1)
	for number.truncated && digits.size > smallest {
		digits.size--
		number = c.type_.set(code, digits, box.Dx(), 1)
	}
	name := c.type_.fit(s.Name, bold, c.sizes(40, 34, 28, 22), box.Dx(), c.px(80))
	hint := c.type_.fit("Scan the code, compare these digits with the page, and press Approve.", semiBold, c.sizes(22, 19, 17), box.Dx(), c.px(110))
	address := c.type_.fit(s.URL, medium, c.sizes(17, 15), box.Dx(), c.px(44))

	blocks := []block{name, number, hint}
	gaps := []int{c.px(46), c.px(36), c.px(28)}
	total := c.px(30)
	for i, b := range blocks {
		total += b.height() + gaps[i]
	}
	if total+address.height() <= box.Dy()-c.px(40) {
		blocks = append(blocks, address)
		total += address.height()
	} else {
		total -= c.px(28)
	}
	y := box.Min.Y + max(c.px(8), (box.Dy()-total)/2)
	c.caption("New device", box.Min.X, y+c.px(10), box.Dx())
	y += c.px(34)
	for i, b := range blocks {
		if y+b.height() > box.Max.Y {
			break
		}
		c.place(b, box.Min.X, y, box.Dx())
		y += b.height()
		if i < len(gaps) {
			y += gaps[i]
		}
	}
}

// quietZone is the white border a QR code needs, in modules.
const quietZone = 4

// codeOf is a QR code with its quiet zone. It fails when the text is too long.
func codeOf(text string) (*gozxing.BitMatrix, error) {
	hints := map[gozxing.EncodeHintType]any{
		gozxing.EncodeHintType_MARGIN:           quietZone,
		gozxing.EncodeHintType_ERROR_CORRECTION: decoder.ErrorCorrectionLevel_M,
	}
	// Only where it is needed: naming the character set makes the code larger.
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		hints[gozxing.EncodeHintType_CHARACTER_SET] = "UTF-8"
	}
	matrix, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, hints)
	if err != nil {
		return nil, fmt.Errorf("QR code of %d characters: %w", len(text), err)
	}
	return matrix, nil
}

// codeModules is how many modules wide a code is with its quiet zone.
func codeModules(text string) (int, error) {
	matrix, err := codeOf(text)
	if err != nil {
		return 0, err
	}
	return matrix.GetWidth(), nil
}

// drawQR draws a QR code with its quiet zone as large as whole pixels for each module allow.
func drawQR(c *canvas, text string, box image.Rectangle) error {
	matrix, err := codeOf(text)
	if err != nil {
		return err
	}
	modules := matrix.GetWidth()
	module := box.Dx() / modules
	if module == 0 {
		return nil // no camera could read it; the text has the address
	}
	offset := image.Pt(box.Min.X+(box.Dx()-module*modules)/2, box.Min.Y+(box.Dy()-module*modules)/2)
	c.SetRGB(0, 0, 0)
	for row := range modules {
		for column := range modules {
			if matrix.Get(column, row) {
				c.DrawRectangle(float64(offset.X+column*module), float64(offset.Y+row*module), float64(module), float64(module))
			}
		}
	}
	c.Fill()
	return nil
}

// drawStatus says in words what is wrong when there is nothing else to show.
func drawStatus(c *canvas, s Screen) {
	width, height := s.Panel.Width, s.Panel.Height
	c.scale = max(min(float64(width)/800, float64(height)/480), 0.3)
	edge := c.px(60)
	name := c.type_.fit(s.Name, bold, c.sizes(46, 34, 28, 22), width-2*edge, height/4)
	message := c.type_.fit(s.Message, semiBold, c.sizes(28, 22, 19, 17), width-2*edge, height/2)
	y := (height - name.height() - message.height() - c.px(40)) / 2
	c.rule(edge, y-c.px(30), c.px(64), c.px(6))
	c.place(name, edge, y, width-2*edge)
	c.place(message, edge, y+name.height()+c.px(40), width-2*edge)
}
