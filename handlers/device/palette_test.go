package device_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"testing"

	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"
)

// rainbow is a picture in all colours as the store keeps them.
func rainbow(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			img.SetRGBA(x, y, color.RGBA{uint8(255 - x*255/300), uint8(y * 255 / 200), uint8(x * 255 / 300), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestDashboardInEveryPalette gives a device each kind of panel as its owner does and reads its screen in all three
// forms: they are of the panel's size, hold the same dots, and nothing but its inks.
func TestDashboardInEveryPalette(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	picture, err := r.DB.AddPicture(store.Picture{Title: "rainbow", Width: 300, Height: 200, Mode: "fill", Uploaded: rig.Start}, rainbow(t))
	if err != nil {
		t.Fatal(err)
	}
	err = r.DB.SavePlaylist(schedule.Playlist{
		ID: "day", Name: "Day", Default: true, Entries: []schedule.Entry{{Kind: schedule.KindPicture, Ref: picture.ID, Seconds: 600}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, inks := range render.Palettes() {
		t.Run(inks.Name, func(t *testing.T) {
			const width, height = 212, 104
			ok(t, r.Script(http.MethodPatch, "/api/v1/devices/"+panelID, map[string]any{
				"panel": map[string]any{"width": width, "height": height, "palette": inks.Name},
			}), http.StatusOK)
			get := func(format string) []byte {
				return ok(t, r.Do(http.MethodGet, dashboardPath+"?format="+format, nil, "Authorization", token), http.StatusOK).Body
			}
			dots := dotsOfRaw(t, get("raw"), inks, width, height)
			if diff := differ(dots, dotsOfPNG(t, get("png"), inks, width, height)); diff != "" {
				t.Errorf("PNG: %s", diff)
			}
			if diff := differ(dots, dotsOfBMP(t, get("bmp"), inks, width, height)); diff != "" {
				t.Errorf("BMP: %s", diff)
			}
			used := map[uint8]bool{}
			for _, ink := range dots {
				used[ink] = true
			}
			if len(used) != len(inks.Colors) {
				t.Errorf("a picture in all colours uses %d of %d inks", len(used), len(inks.Colors))
			}
		})
	}
}

func differ(want, got []uint8) string {
	for i, ink := range want {
		if got[i] != ink {
			return fmt.Sprintf("dot %d is of ink %d, in raw %d", i, got[i], ink)
		}
	}
	return ""
}

func dotsOfRaw(t *testing.T, data []byte, inks render.Palette, width, height int) []uint8 {
	t.Helper()
	stride := (width*inks.Bits + 7) / 8
	if len(data) != stride*height {
		t.Fatalf("raw has %d bytes, want %d", len(data), stride*height)
	}
	var dots []uint8
	for y := range height {
		for x := range width {
			bit := x * inks.Bits
			dots = append(dots, data[y*stride+bit/8]>>(8-inks.Bits-bit%8)&(1<<inks.Bits-1))
		}
	}
	return dots
}

func dotsOfPNG(t *testing.T, data []byte, inks render.Palette, width, height int) []uint8 {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil || img.Bounds().Size() != image.Pt(width, height) {
		t.Fatalf("PNG: %v", err)
	}
	var dots []uint8
	for y := range height {
		for x := range width {
			dots = append(dots, inkOf(t, inks, color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)))
		}
	}
	return dots
}

func dotsOfBMP(t *testing.T, data []byte, inks render.Palette, width, height int) []uint8 {
	t.Helper()
	le := binary.LittleEndian
	bits, rows := int(le.Uint16(data[28:])), int(le.Uint32(data[10:]))
	stride := ((width*bits+7)/8 + 3) &^ 3
	if int(le.Uint32(data[18:])) != width || int(le.Uint32(data[22:])) != height || len(data) != rows+stride*height {
		t.Fatalf("BMP of %d bytes with %d bits per dot", len(data), bits)
	}
	var dots []uint8
	for y := range height {
		for x := range width {
			bit := x * bits
			index := int(data[rows+(height-1-y)*stride+bit/8] >> (8 - bits - bit%8) & (1<<bits - 1))
			entry := data[54+4*index:]
			dots = append(dots, inkOf(t, inks, color.RGBA{entry[2], entry[1], entry[0], 255}))
		}
	}
	return dots
}

func inkOf(t *testing.T, inks render.Palette, c color.RGBA) uint8 {
	t.Helper()
	for i, ink := range inks.Colors {
		if ink == c {
			return uint8(i)
		}
	}
	t.Fatalf("%v is no ink of the panel", c)
	return 0
}
