package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// sourceForm is the form of a draft; kept is the source it is of, nil for a new one.
func (h *Handler) sourceForm(c echo.Context, d sourceDraft, kept *store.Source) views.SourceForm {
	title, hint := kindWords(d.Kind)
	model := views.SourceForm{
		Page: h.page(c, "New source", "screens", ""), MayChange: access.Of(c).May("write"), New: kept == nil, URL: "/content-admin/sources/new",
		ID: d.ID, Name: d.Name, Kind: d.Kind, KindTitle: title, KindHint: hint, Has: fieldsOf(d.Kind), Category: h.categoryOptions(d), NewCategory: d.NewCategory,
		Address: d.URL, Headers: headerLines(d.Headers), SecretDropped: d.Secret != "", Paths: pathFields(d.Kind, d.Paths),
		Place: placeFields(d.Place), Text: d.Text, Timeout: optional(d.TimeoutSeconds), MaxKilobytes: optional(int(d.MaxBytes / 1024)),
		MaxItems: optional(d.MaxItems), OnMyNetwork: d.OnMyNetwork, Paused: d.Paused, Credit: d.Credit, Errors: map[string]string{},
	}
	model.Interval = optional(d.IntervalSeconds / 60)
	model.UsualInterval = strconv.Itoa(int(content.Source{Kind: d.Kind}.Interval().Minutes()))
	if kept == nil {
		return model
	}
	model.Title, model.URL = kept.Name, sourceURL(kept.ID, "")
	model.HasSecret, model.HasUpload, model.HasToken = len(kept.Sealed) > 0, kept.Upload != "", kept.PushHash != ""
	row := h.sourceRow(*kept)
	model.Status = &row
	if kept.Kind == content.KindPush {
		model.PushExample = "curl -X POST " + h.access.BaseURL(c.Request()) + "/api/v1/content/" + kept.ID + " \\\n" +
			"  -H 'Authorization: Bearer TOKEN' \\\n" +
			"  -H 'Content-Type: application/json' \\\n" +
			`  -d '{"title": "Washing machine", "text": "It is done."}'`
	}
	return model
}

// fieldsOf are the parts of the form that a kind has.
func fieldsOf(kind string) views.SourceFields {
	asked := kind != content.KindText && kind != content.KindPush
	place := kind == content.KindWeather || kind == content.KindAir
	reads := kind == content.KindJSON || kind == content.KindPush
	return views.SourceFields{
		Address: asked, AddressOptional: place || kind == content.KindCalendar, Upload: kind == content.KindCalendar, Headers: asked,
		Paths: reads || kind == content.KindPicture, Place: place, Text: kind == content.KindText,
		Category: reads || kind == content.KindFeed || kind == content.KindText, Fetching: asked, Push: kind == content.KindPush,
		Items: reads || kind == content.KindFeed || kind == content.KindText,
	}
}

func pathFields(kind string, p content.Paths) []views.PathField {
	items := views.PathField{Name: "path_items", Label: "Items", Value: p.Items, Hint: "Where the list is; empty: the whole answer is one item.", Example: "$.items[*]"}
	title := views.PathField{Name: "path_title", Label: "Title", Value: p.Title, Example: "$.title"}
	text := views.PathField{Name: "path_text", Label: "Text", Value: p.Text, Example: "$.joke"}
	image := views.PathField{Name: "path_image", Label: "Picture’s address", Value: p.Image, Example: "$.thumbnail"}
	if kind == content.KindPicture {
		image.Hint, image.Example = "Only where the address answers JSON that names the picture.", "$.img"
		return []views.PathField{image, title, text}
	}
	return []views.PathField{
		items, title, text,
		{Name: "path_question", Label: "Question", Value: p.Question, Example: "$.setup"},
		{Name: "path_answer", Label: "Answer", Value: p.Answer, Example: "$.punchline"},
		{Name: "path_author", Label: "Author", Value: p.Author, Example: "$.author"},
		{Name: "path_date", Label: "Date", Value: p.Date, Example: "$.published"},
		{Name: "path_url", Label: "Address to read on", Value: p.URL, Example: "$.link"},
		image,
	}
}

// categoryOptions are where a source's items can go.
func (h *Handler) categoryOptions(d sourceDraft) []views.Option {
	options := []views.Option{{Label: "For widgets only", Selected: d.Category == "" && d.NewCategory == ""}}
	for _, category := range h.library.Categories() {
		options = append(options, views.Option{Value: category.Name, Label: category.Title, Selected: category.Name == d.Category})
	}
	return append(options, views.Option{Value: newCategory, Label: "A new category …", Selected: d.NewCategory != ""})
}

func headerLines(headers []content.Header) string {
	var lines []string
	for _, header := range headers {
		lines = append(lines, header.Name+": "+header.Value)
	}
	return strings.Join(lines, "\n")
}

func placeFields(p content.Place) views.PlaceFields {
	fields := views.PlaceFields{Name: p.Name, TimeZone: p.TimeZone}
	if p.Latitude != 0 || p.Longitude != 0 {
		fields.Latitude, fields.Longitude = strconv.FormatFloat(p.Latitude, 'f', -1, 64), strconv.FormatFloat(p.Longitude, 'f', -1, 64)
	}
	return fields
}

// optional is a number for a field that may be empty.
func optional(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// trialShown is how many things found in an answer are shown.
const trialShown = 12

// trialModel says what came of a test.
func (h *Handler) trialModel(trial content.Trial) views.SourceTrial {
	var facts []string
	if trial.Status != 0 {
		facts = append(facts, "Answer "+strconv.Itoa(trial.Status))
	}
	if trial.ContentType != "" {
		facts = append(facts, trial.ContentType)
	}
	if trial.Took > 0 {
		facts = append(facts, strconv.FormatInt(trial.Took.Milliseconds(), 10)+" ms")
	}
	model := views.SourceTrial{Error: trial.Err, Raw: trial.Raw, Summary: strings.Join(facts, " · ")}
	if trial.Err == "" {
		h.foundIn(trial.Feed, &model)
	}
	model.More = max(len(model.Items)-trialShown, 0)
	model.Items = model.Items[:min(len(model.Items), trialShown)]
	return model
}

// foundIn lists what a feed holds.
func (h *Handler) foundIn(feed content.Feed, model *views.SourceTrial) {
	zone := h.household()
	switch {
	case feed.Weather != nil:
		model.Found = "The weather in " + feed.Weather.Place
		model.Items = weatherFound(*feed.Weather, zone)
	case feed.Air != nil:
		model.Found = "The air in " + feed.Air.Place
		model.Items = airFound(*feed.Air)
	case len(feed.Picture) > 0:
		model.Found = "A picture of " + size(int64(len(feed.Picture)))
	case len(feed.Events) > 0:
		model.Found = counted(len(feed.Events), "event", "events")
		for _, event := range feed.Events {
			if event.End.After(h.now()) {
				model.Items = append(model.Items, views.TrialItem{Title: event.Title, Text: event.Location, Detail: eventTime(event, zone)})
			}
		}
	default:
		model.Found = counted(len(feed.Items), "item", "items")
	}
	for _, item := range feed.Items {
		model.Items = append(model.Items, foundItem(item, zone))
	}
}

func foundItem(item content.Item, zone *time.Location) views.TrialItem {
	main, second := itemWords(item)
	detail := ""
	if !item.Published.IsZero() {
		detail = item.Published.In(zone).Format("2 Jan 2006 15:04")
	}
	return views.TrialItem{Title: main, Text: second, Detail: detail}
}

func weatherFound(w content.Weather, zone *time.Location) []views.TrialItem {
	rows := []views.TrialItem{{Title: "Now", Text: decimal(w.Now.Temperature) + " °C", Detail: w.Now.Time.In(zone).Format("15:04")}}
	for _, day := range w.Days {
		rows = append(rows, views.TrialItem{
			Title: day.Date.Format("Monday 2 January"), Text: whole(day.Low) + " to " + whole(day.High) + " °C",
			Detail: fmt.Sprintf("%s mm, %s %%", decimal(day.Rain), whole(day.Probability)),
		})
	}
	return rows
}

func airFound(air content.Air) []views.TrialItem {
	var rows []views.TrialItem
	for _, value := range []struct {
		name, unit string
		value      *float64
	}{
		{"Index", "", air.Index},
		{"PM2.5", " µg/m³", air.PM25},
		{"PM10", " µg/m³", air.PM10},
		{"Ozone", " µg/m³", air.Ozone},
		{"Nitrogen dioxide", " µg/m³", air.NitrogenDioxide},
	} {
		if value.value != nil {
			rows = append(rows, views.TrialItem{Title: value.name, Text: decimal(*value.value) + value.unit})
		}
	}
	for _, pollen := range air.Pollen {
		rows = append(rows, views.TrialItem{Title: pollen.Plant, Text: decimal(pollen.Grains) + " grains/m³"})
	}
	return rows
}

func eventTime(event content.Event, zone *time.Location) string {
	if event.AllDay {
		return event.Start.Format("Mon 2 Jan")
	}
	return event.Start.In(zone).Format("Mon 2 Jan 15:04")
}

// counted says how many there are of something.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
