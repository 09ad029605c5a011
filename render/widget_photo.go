package render

import (
	"image"

	"personalcms/content"
)

// photoWidget is a stored picture that fills its box.
func photoWidget() Kind {
	return kindOf(Kind{
		Name: "photo", Title: "Photo", Hint: "A picture or the next one of an album, up to the edges of its box.",
		Options: []Option{
			{Name: "picture", Title: "Picture", Type: "picture"},
			{Name: "album", Title: "Album", Type: "album", Hint: "Its pictures take turns."},
			everyOption("60"),
			{Name: "mode", Title: "Where its shape differs", Type: "choice", Default: "fill", Choices: []Choice{{"fill", "Fill the box"}, {"fit", "Show all of it"}}},
			{Name: "caption", Title: "Caption", Type: "choice", Default: "none", Choices: []Choice{{"none", "None"}, {"title", "The picture’s title"}, {"text", "Own words"}}},
			{Name: "text", Title: "Own words", Type: "text"},
		},
		Needs:  Needs{Picture: true},
		Bleeds: true,
		Cells:  image.Pt(12, 10), Least: image.Pt(100, 80),
	}, seePhoto, drawPhoto)
}

// photoShown is a picture and the words in the strip below it.
type photoShown struct {
	Photo         *Photo
	Caption, Side string
}

func seePhoto(in Input) view {
	if in.Photo == nil {
		return nothing(in.Locale.Word("no picture"))
	}
	photo := *in.Photo
	photo.Mode = in.Options.Text("mode")
	if photo.Edit != (Edit{}) {
		photo.Edit.Mode = photo.Mode
	}
	shown := photoShown{Photo: &photo}
	switch in.Options.Text("caption") {
	case "title":
		shown.Caption = photo.Caption
	case "text":
		shown.Caption = in.Options.Text("text")
	}
	photo.Caption = ""
	v := shows(shown)
	if in.Options.Text("album") != "" {
		v = v.to(in.nextItem())
	}
	return v
}

func drawPhoto(c *canvas, box image.Rectangle, p photoShown) {
	if p.Caption != "" && box.Dy() >= c.px(90) {
		box = c.strip(p.Caption, p.Side, box)
	}
	c.photo(p.Photo, box)
}

// strip writes words on paper along the lower edge of a box and returns what is left above it.
func (c *canvas) strip(words, side string, box image.Rectangle) image.Rectangle {
	size := 17
	if box.Dx() < c.px(300) {
		size = 15
	}
	s, small := c.style(semiBold, size), c.style(medium, 13)
	edge := c.px(16)
	height := s.capHeight() + 2*c.px(13)
	box.Max.Y -= height
	c.box(box.Min.X, box.Max.Y, box.Dx(), height, false)
	top, room := box.Max.Y+c.px(13), box.Dx()-2*edge
	if text := c.type_.set(side, small, room/2, 1); side != "" && !text.truncated && words != "" {
		if first := c.type_.set(words, s, room-text.width-c.px(20), 1); !first.truncated {
			c.place(text, box.Max.X-edge-text.width, top+s.capHeight()-text.height(), text.width)
			room -= text.width + c.px(20)
		}
	}
	if words == "" {
		words, s = side, small
	}
	c.place(c.type_.set(words, s, room, 1), box.Min.X+edge, top, room)
	return box
}

// comicWidget is the picture of a source, such as a comic of the day.
func comicWidget() Kind {
	return kindOf(Kind{
		Name: "comic", Title: "Comic or web picture", Hint: "The picture of a source, such as a comic of the day, all of it.",
		Options: []Option{
			{Name: "mode", Title: "Where its shape differs", Type: "choice", Default: "fit", Choices: []Choice{{"fit", "Show all of it"}, {"fill", "Fill the box"}}},
			{Name: "caption", Title: "Show its title and who made it", Type: "check", Default: "true"},
		},
		Needs:  Needs{Sources: []string{content.KindPicture}},
		Bleeds: true,
		Cells:  image.Pt(12, 10), Least: image.Pt(100, 80),
	}, seeComic, drawPhoto)
}

func seeComic(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	if in.Photo == nil || source.Feed.ImageID == "" {
		return nothing(in.Locale.Word("no picture"))
	}
	photo := *in.Photo
	photo.Mode, photo.Caption = in.Options.Text("mode"), ""
	shown := photoShown{Photo: &photo}
	if in.Options.Is("caption") {
		title := source.Feed.Title
		if len(source.Feed.Items) > 0 && source.Feed.Items[0].Title != "" {
			title = source.Feed.Items[0].Title
		}
		shown.Caption, shown.Side = in.heading(title), source.Credit
		if shown.Caption == "" {
			shown.Caption, shown.Side = source.Credit, ""
		}
	} else {
		shown.Caption = in.age()
	}
	return shows(shown)
}
