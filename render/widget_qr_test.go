package render_test

import (
	"fmt"
	"image"
	"testing"

	"personalcms/render"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func wifi() render.Options {
	return render.Options{"kind": "wifi", "network": `Gäste;"5"`, "password": `pass:wo\rd,1`}
}

func contact() render.Options {
	return render.Options{"kind": "contact", "name": "Mia van der Berg", "phone": "+49 761 555 123", "mail": "mia@example.org"}
}

func TestQRWidget(t *testing.T) {
	url := render.Options{"text": "http://personalcms.local:5000/mobile/panel-1"}
	goldenWidget(t, "qr", []widgetCase{
		{name: "url", width: 220, height: 260, widget: render.Widget{Options: url}},
		{name: "wifi", width: 400, height: 180, widget: render.Widget{Options: wifi()}},
		{name: "contact", width: 220, height: 260, widget: render.Widget{Options: contact()}},
		{name: "dark", width: 220, height: 260, widget: render.Widget{Options: url, Dark: true}},
		{name: "small", width: 130, height: 130, widget: render.Widget{Options: url}},
		{name: "tiny", width: 110, height: 60, widget: render.Widget{Options: url}},
		{name: "empty", width: 220, height: 120},
	})
}

// TestQRWidgetIsReadByACamera decodes codes from the finished bits.
func TestQRWidgetIsReadByACamera(t *testing.T) {
	r := newRenderer(t)
	for name, tt := range map[string]struct {
		options render.Options
		want    string
	}{
		"address": {render.Options{"text": "https://example.org/a?b=c&d=ü"}, "https://example.org/a?b=c&d=ü"},
		"wifi":    {wifi(), `WIFI:T:WPA;S:Gäste\;\"5\";P:pass\:wo\\rd\,1;;`},
		"open":    {render.Options{"kind": "wifi", "network": "Garden", "hidden": "true"}, `WIFI:T:nopass;S:Garden;H:true;;`},
		"contact": {contact(), "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Mia van der\r\nFN:Mia van der Berg\r\nTEL:+49 761 555 123\r\nEMAIL:mia@example.org\r\nEND:VCARD"},
		"text":    {render.Options{"kind": "text", "text": "Ключ под ковриком"}, "Ключ под ковриком"},
	} {
		for _, dark := range []bool{false, true} {
			for _, size := range []image.Point{{190, 190}, {240, 280}, {420, 200}, {480, 480}} {
				t.Run(fmt.Sprintf("%s dark=%v %v", name, dark, size), func(t *testing.T) {
					w := render.Widget{Kind: "qr", Options: tt.options, Dark: dark, W: render.Columns, H: render.Rows}
					bitmap, err := r.DrawOne(w, sample(w), size.X, size.Y)
					if err != nil {
						t.Fatal(err)
					}
					got, err := decodeQR(bitmap.Image())
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Errorf("decoded (-want +got), %v:\n%s", err, diff)
					}
				})
			}
		}
	}
}

func decodeQR(img image.Image) (string, error) {
	picture, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(gozxing.NewLuminanceSourceFromImage(img)))
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(picture, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}
