package render_test

import (
	"testing"

	"personalcms/render"
)

func TestPhotoWidget(t *testing.T) {
	picture := func(in *render.Input) {
		in.Photo = &render.Photo{ID: "hills", Data: hills(t), Caption: "Summer at the lake"}
	}
	goldenWidget(t, "photo", []widgetCase{
		{name: "plain", width: 400, height: 240, change: picture},
		{name: "title", width: 400, height: 300, change: picture, widget: render.Widget{Options: render.Options{"caption": "title"}}},
		{name: "words", width: 200, height: 160, change: picture, widget: render.Widget{Options: render.Options{"caption": "text", "text": "A very long caption about the hills"}}},
		{name: "fit", width: 300, height: 300, change: picture, widget: render.Widget{Options: render.Options{"mode": "fit"}}},
		{name: "empty", width: 300, height: 200},
	})
	goldenWidget(t, "comic", []widgetCase{
		{name: "board", width: 400, height: 300, change: func(in *render.Input) { picture(in); in.Sources[0].Credit = "by A. Nonymous" }},
		{name: "stale", width: 400, height: 300, change: func(in *render.Input) { picture(in); stale(in) }},
		{name: "small", width: 180, height: 120, change: picture},
		{name: "empty", width: 300, height: 200},
		{name: "failing", width: 300, height: 120, change: failing},
	})
}
