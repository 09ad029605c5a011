package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"personalcms/content"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"
)

// widgetChoices is all that the options of widgets can name.
type widgetChoices struct {
	sources    []store.Source
	devices    []views.Option
	pictures   []views.Option
	albums     []views.Option
	categories []content.Category
}

func (h *Handler) widgetChoices() (widgetChoices, error) {
	choices := widgetChoices{
		sources: h.db.Sources(), categories: h.library.Categories(), devices: h.deviceOptions("", "The one that shows it"),
		pictures: []views.Option{{Label: "None in particular"}}, albums: []views.Option{{Label: "The device’s own pictures"}},
	}
	pictures, err := h.db.Pictures()
	if err != nil {
		return choices, err
	}
	for _, picture := range pictures {
		choices.pictures = append(choices.pictures, views.Option{Value: picture.ID, Label: picture.Title})
	}
	for _, album := range h.db.Albums() {
		choices.albums = append(choices.albums, views.Option{Value: album.ID, Label: album.Name})
	}
	return choices, nil
}

// form is the fields of one widget, with what was typed where that is no number.
func (w widgetChoices) form(widget render.Widget, typed url.Values) views.WidgetForm {
	kind, known := render.KindNamed(widget.Kind)
	form := views.WidgetForm{
		ID: widget.ID, Kind: widget.Kind, Title: kind.Title, Hint: kind.Hint, Dark: widget.Dark,
		Column: number(widget.X + 1), Row: number(widget.Y + 1), Wide: number(widget.W), High: number(widget.H),
		TakesSources: len(kind.Needs.Sources) > 0, Many: kind.Needs.Many, Sources: w.sourcesOf(kind, widget.Sources),
	}
	if !known {
		form.Title, form.Hint = "Unknown widget “"+widget.Kind+"”", "This version of the program does not know it."
	}
	if widget.Line > 0 {
		form.Line = number(widget.Line)
	}
	for name, into := range map[string]*string{
		"column": &form.Column, "row": &form.Row, "wide": &form.Wide, "high": &form.High, "line": &form.Line,
	} {
		if values, ok := typed[widget.ID+"."+name]; ok {
			*into = values[0]
		}
	}
	for _, side := range render.Sides() {
		form.Border = append(form.Border, views.Option{Value: side, Label: side, Selected: slices.Contains(widget.Border, side)})
	}
	for _, option := range kind.AllOptions() {
		form.Fields = append(form.Fields, w.field(kind, option, widget.Options))
	}
	return form
}

// sourcesOf are the sources a kind of widget can show, and those that are chosen and gone.
func (w widgetChoices) sourcesOf(kind render.Kind, chosen []string) []views.Option {
	var options []views.Option
	for _, source := range w.sources {
		if slices.Contains(kind.Needs.Sources, source.Kind) || slices.Contains(chosen, source.ID) {
			options = append(options, views.Option{Value: source.ID, Label: source.Name, Selected: slices.Contains(chosen, source.ID)})
		}
	}
	for _, id := range chosen {
		if !slices.ContainsFunc(options, func(o views.Option) bool { return o.Value == id }) {
			options = append(options, views.Option{Value: id, Label: id + " (there is no such source)", Selected: true})
		}
	}
	return options
}

func (w widgetChoices) field(kind render.Kind, option render.Option, chosen render.Options) views.WidgetField {
	field := views.WidgetField{
		Name: option.Name, Title: option.Title, Hint: option.Hint, Type: option.Type, Value: chosen[option.Name], Default: option.Default,
	}
	if field.Value == "" {
		field.Value = option.Default
	}
	switch option.Type {
	case "number":
		field.Min, field.Max = decimals(option.Min), decimals(option.Max)
	case "choice":
		field.Type = "list"
		for _, choice := range option.Choices {
			field.Choices = append(field.Choices, views.Option{Value: choice.Value, Label: choice.Title})
		}
	case "device":
		field.Type, field.Choices = "list", w.devices
	case "picture":
		field.Type, field.Choices = "list", w.pictures
	case "album":
		field.Type, field.Choices = "list", w.albums
	case "category":
		field.Choices = w.parts(kind.Needs.Category)
	}
	field.Choices = selected(field, names(field.Value))
	return field
}

func decimals(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// names splits the value of a category option.
func names(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}

// selected marks what a field's value names; of a list that is one, and one that is gone stays in it.
func selected(field views.WidgetField, several []string) []views.Option {
	options, found := slices.Clone(field.Choices), false
	for i := range options {
		if field.Type == "category" {
			options[i].Selected = slices.Contains(several, options[i].Value)
		} else {
			options[i].Selected = options[i].Value == field.Value
		}
		found = found || options[i].Selected
	}
	if field.Type == "list" && !found && field.Value != "" {
		options = append(options, views.Option{Value: field.Value, Label: field.Value + " (not there any more)", Selected: true})
	}
	return options
}

// parts are the subcategories of a category.
func (w widgetChoices) parts(name string) []views.Option {
	var options []views.Option
	for _, category := range w.categories {
		if category.Name != name {
			continue
		}
		for _, sub := range category.Subcategories {
			options = append(options, views.Option{Value: sub.Name, Label: sub.Title})
		}
	}
	return options
}
