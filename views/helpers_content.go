package views

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"
)

func sourceURL(id, rest string) templ.SafeURL {
	return templ.SafeURL("/content-admin/sources/" + url.PathEscape(id) + rest)
}

func categoryURL(name string) templ.SafeURL {
	return templ.SafeURL("/content-admin/items/" + url.PathEscape(name))
}

func itemsURL(category, subcategory string) templ.SafeURL {
	return categoryURL(category) + templ.SafeURL("/"+url.PathEscape(subcategory))
}

// itemPage is a page of the list with the words that are looked for.
func itemPage(m Items, page int) templ.SafeURL {
	return templ.SafeURL(m.URL + "?" + listQuery(m, page))
}

// itemAction is where forms of items are sent, so that the same part of the list is shown afterwards.
func itemAction(m Items) templ.SafeURL {
	if m.PageNumber <= 1 && m.Query == "" {
		return templ.SafeURL(m.URL)
	}
	return itemPage(m, m.PageNumber)
}

func listQuery(m Items, page int) string {
	query := url.Values{}
	if m.Query != "" {
		query.Set("q", m.Query)
	}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	return query.Encode()
}

func itemCount(n int) string {
	if n == 1 {
		return "1 item"
	}
	return strconv.Itoa(n) + " items"
}

func sourceCount(n int) string {
	if n == 1 {
		return "1 source"
	}
	return strconv.Itoa(n) + " sources"
}

func failingCount(n int) string {
	if n == 1 {
		return "· 1 is failing"
	}
	return "· " + strconv.Itoa(n) + " are failing"
}

// mark is how an address names what is put into it.
func mark(name string) string { return "{" + name + "}" }

func exportURL(m Items, format string) templ.SafeURL {
	return templ.SafeURL("/api/v1/items/" + url.PathEscape(m.Category) + "/" + url.PathEscape(m.Subcategory) + "/export?format=" + format)
}
