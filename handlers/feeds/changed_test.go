package feeds_test

import (
	"context"
	"net/http"
	"testing"

	"personalcms/content"
)

func TestASourceChangedWhileItIsFetchedIsDueAgain(t *testing.T) {
	b := newBench(t)
	asked, answer := make(chan struct{}, 1), make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-answer
		_, _ = w.Write([]byte(`[{"title":"old"}]`))
	})
	source := content.Source{ID: "list", Name: "List", Kind: content.KindJSON, URL: url, Paths: content.Paths{Items: "$[*]", Title: "$.title"}}
	saved := b.add(source, nil)
	b.feeds.Due(context.Background())
	<-asked
	source.URL += "/new"
	changed := b.add(source, nil)
	close(answer)
	b.feeds.Wait()
	fetched := b.db.Fetched("list")
	if len(fetched.Feed.Items) != 1 || !content.Due(changed.Source, fetched.State, b.clock()) {
		t.Errorf("what %s gave counts for %s: %+v", saved.URL, changed.URL, fetched.State)
	}
	b.feeds.Due(context.Background())
	b.feeds.Wait()
	if fetched := b.db.Fetched("list"); content.Due(changed.Source, fetched.State, b.clock()) {
		t.Errorf("a source that nobody changed is due again: %+v", fetched.State)
	}
}
