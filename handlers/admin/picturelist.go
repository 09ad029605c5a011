package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// noAlbum is the tab of pictures that are in no album.
const noAlbum = "-"

func (h *Handler) picturesPage(c echo.Context) error {
	return h.showPictures(c, http.StatusOK, c.QueryParam("album"), func(*views.Pictures) {})
}

// showPictures shows the page with what say adds to it.
func (h *Handler) showPictures(c echo.Context, status int, album string, say func(*views.Pictures)) error {
	model, err := h.picturesModel(c, album)
	if err != nil {
		return err
	}
	say(&model)
	return show(c, status, views.PicturesPage(model))
}

func (h *Handler) partialPictures(c echo.Context) error {
	model, err := h.picturesModel(c, c.QueryParam("album"))
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.PictureList(model))
}

// picturesModel is the page with the pictures of an album, with those of none, or with all ("").
func (h *Handler) picturesModel(c echo.Context, album string) (views.Pictures, error) {
	model := views.Pictures{Page: h.page(c, "Pictures", "pictures", eventsURL(c)), MaxSize: optionalSize(h.maxUpload), Album: album}
	model.Scripts = []string{h.files.URL("pictures.js")}
	all, err := h.db.Pictures()
	if err != nil {
		return model, err
	}
	albums := h.db.Albums()
	shown, err := chosenPictures(all, albums, album)
	if err != nil {
		return model, err
	}
	model.Tabs = albumTabs(all, albums, album)
	for _, other := range albums {
		if other.ID == album {
			model.AlbumName = other.Name
		}
		model.Albums = append(model.Albums, views.Option{Value: other.ID, Label: other.Name})
	}
	for _, device := range h.db.Devices() {
		model.Devices = append(model.Devices, views.Option{Value: device.ID, Label: device.Title()})
	}
	for _, picture := range shown {
		model.Pictures = append(model.Pictures, h.pictureCard(picture))
	}
	return model, nil
}

func (h *Handler) pictureCard(picture store.Picture) views.Picture {
	panel, on := render.DefaultPanel(), 0
	for _, device := range h.db.Devices() {
		if slices.Contains(device.Pictures, picture.ID) {
			on++
		}
	}
	facts := fmt.Sprintf("%d × %d, %s", picture.Width, picture.Height, when(picture.Uploaded, h.now(), h.household()))
	switch on {
	case 0:
	case 1:
		facts += ", on 1 device"
	default:
		facts += fmt.Sprintf(", on %d devices", on)
	}
	return views.Picture{
		ID: picture.ID, Title: picture.Title, Facts: facts, Width: panel.Width, Height: panel.Height,
		Preview: pictureURL(picture.ID, "/preview.png?v="+screen.PictureTag(picture, panel)),
	}
}

// chosenPictures are those of one tab: an album's in its order.
func chosenPictures(all []store.Picture, albums []store.Album, album string) ([]store.Picture, error) {
	if album == "" {
		return all, nil
	}
	if album == noAlbum {
		return slices.DeleteFunc(slices.Clone(all), func(picture store.Picture) bool {
			return slices.ContainsFunc(albums, func(album store.Album) bool { return slices.Contains(album.Pictures, picture.ID) })
		}), nil
	}
	i := slices.IndexFunc(albums, func(other store.Album) bool { return other.ID == album })
	if i < 0 {
		return nil, errUnknownAlbum
	}
	return picturesOf(all, albums[i]), nil
}

// picturesOf are the pictures of an album in its order.
func picturesOf(all []store.Picture, album store.Album) []store.Picture {
	var found []store.Picture
	for _, id := range album.Pictures {
		if i := slices.IndexFunc(all, func(picture store.Picture) bool { return picture.ID == id }); i >= 0 {
			found = append(found, all[i])
		}
	}
	return found
}

func albumTabs(all []store.Picture, albums []store.Album, album string) []views.Tab {
	tabs := []views.Tab{{Label: "All", Count: len(all), URL: "/upload", Current: album == ""}}
	for _, other := range albums {
		tabs = append(tabs, views.Tab{Label: other.Name, Count: len(other.Pictures), URL: albumTab(other.ID), Current: other.ID == album})
	}
	if len(albums) > 0 {
		loose, _ := chosenPictures(all, albums, noAlbum) // cannot fail: there is always this tab
		tabs = append(tabs, views.Tab{Label: "In no album", Count: len(loose), URL: albumTab(noAlbum), Current: album == noAlbum})
	}
	return tabs
}

func albumTab(id string) string {
	if id == "" {
		return "/upload"
	}
	return "/upload?album=" + url.QueryEscape(id)
}

// formSelected does one thing with all pictures that are ticked.
func (h *Handler) formSelected(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	ids, tab := values["ids"], c.FormValue("tab")
	refuse := func(sentence string) error {
		return h.showPictures(c, http.StatusUnprocessableEntity, tab, func(model *views.Pictures) {
			model.Flash, model.FlashKind = sentence, "problem"
		})
	}
	if len(ids) == 0 {
		return refuse("Tick one or more pictures first.")
	}
	for _, id := range ids {
		if _, err := h.db.Picture(id); err != nil {
			return unknownPicture(err)
		}
	}
	switch c.FormValue("do") {
	case "album":
		if c.FormValue("album") == "" {
			return refuse("Choose an album first.")
		}
		return h.selectedToAlbum(c, c.FormValue("album"), ids)
	case "remove":
		return h.selectedOutOfAlbum(c, tab, ids)
	case "show":
		if c.FormValue("device") == "" {
			return refuse("Choose a device first.")
		}
		return h.selectedOnDevices(c, c.FormValue("device"), tab, ids)
	case "delete":
		return h.selectedDeleted(c, tab, ids)
	}
	return refuse("Choose what to do with the pictures.")
}

func (h *Handler) selectedToAlbum(c echo.Context, id string, ids []string) error {
	if err := h.addToAlbum(id, ids); err != nil {
		return err
	}
	album, err := h.db.Album(id)
	if err != nil {
		return unknownAlbum(err)
	}
	if err := h.audit(c, "", "added pictures to the album "+album.Name); err != nil {
		return err
	}
	return done(c, albumTab(id), "Added to "+album.Name+".")
}

func (h *Handler) selectedOutOfAlbum(c echo.Context, id string, ids []string) error {
	album, err := h.db.UpdateAlbum(id, func(album *store.Album) error {
		album.Pictures = slices.DeleteFunc(album.Pictures, func(other string) bool { return slices.Contains(ids, other) })
		return nil
	})
	if err != nil {
		return unknownAlbum(err)
	}
	if err := h.audit(c, "", "took pictures out of the album "+album.Name); err != nil {
		return err
	}
	return done(c, albumTab(id), "They are no longer in "+album.Name+", but still here.")
}

// everyDevice stands for all devices in the form.
const everyDevice = "*"

func (h *Handler) selectedOnDevices(c echo.Context, wanted, tab string, ids []string) error {
	title := "all devices"
	var devices []string
	for _, device := range h.db.Devices() {
		if wanted == everyDevice || device.ID == wanted {
			devices = append(devices, device.ID)
		}
		if device.ID == wanted {
			title = device.Title()
		}
	}
	if len(devices) == 0 {
		return problem.UnknownDevice
	}
	for _, id := range devices {
		_, err := h.db.UpdateDevice(id, func(device *store.Device) error {
			pictures := slices.Clone(device.Pictures)
			for _, picture := range ids {
				if !slices.Contains(pictures, picture) {
					pictures = append(pictures, picture)
				}
			}
			device.Pictures = pictures
			return nil
		})
		if err != nil {
			return unknownDevice(err)
		}
		if err := h.audit(c, id, "was given pictures"); err != nil {
			return err
		}
	}
	return done(c, albumTab(tab), "Given to "+title+".")
}

// selectedDeleted asks first.
func (h *Handler) selectedDeleted(c echo.Context, tab string, ids []string) error {
	if c.FormValue("sure") != "yes" {
		fields := []views.Field{{Name: "do", Value: "delete"}, {Name: "sure", Value: "yes"}, {Name: "tab", Value: tab}}
		for _, id := range ids {
			fields = append(fields, views.Field{Name: "ids", Value: id})
		}
		return show(c, http.StatusOK, views.ConfirmPage(views.Confirm{
			Page: h.page(c, "Delete pictures", "pictures", ""), Heading: "Delete " + pictureCount(len(ids)) + "?",
			Sentence: "They also go from the albums, playlists and devices that show them. This cannot be undone.",
			Do:       views.Action{Label: "Delete for good", URL: "/pictures/selected", Method: http.MethodPost, Fields: fields},
			Back:     albumTab(tab),
		}))
	}
	for _, id := range ids {
		if err := h.deletePicture(c, id); err != nil {
			return err
		}
	}
	return done(c, albumTab(tab), "Deleted: "+pictureCount(len(ids))+".")
}

func pictureCount(n int) string {
	if n == 1 {
		return "1 picture"
	}
	return fmt.Sprintf("%d pictures", n)
}
