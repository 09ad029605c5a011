package render_test

import (
	"testing"

	"personalcms/render"
)

func TestNoteWidget(t *testing.T) {
	goldenWidget(t, "note", []widgetCase{
		{name: "text", width: 400, height: 200, widget: render.Widget{Options: render.Options{"text": "Please feed the cat.\nThanks!"}}},
		{name: "markdown", width: 400, height: 420, widget: render.Widget{Options: render.Options{"text": noteText()}}},
		{name: "small", width: 200, height: 160, widget: render.Widget{Options: render.Options{"text": noteText()}}},
		{name: "large", width: 800, height: 480, widget: render.Widget{Options: render.Options{"text": noteText()}}},
		{name: "empty", width: 300, height: 120},
	})
}

func noteText() string {
	return "# Before you leave\n\n- [x] Water the plants\n- [ ] Windows, **all of them**\n- [ ] Heating down\n\n---\n\n**Key** is with the neighbours.\n1. Ring twice\n2. Wait"
}
