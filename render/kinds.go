package render

import "sync"

// Kinds are all widgets there are, in the order the page lists them. A new widget is one file and one line here.
func Kinds() []Kind {
	return []Kind{
		dateWidget(),
		clockWidget(),
		agendaWidget(),
		monthWidget(),
		weatherWidget(),
		forecastWidget(),
		airWidget(),
		sunWidget(),
		moonWidget(),
		newsWidget(),
		jokeWidget(),
		riddleWidget(),
		quoteWidget(),
		onThisDayWidget(),
		holidaysWidget(),
		countdownWidget(),
		yearWidget(),
		climateWidget(),
		sensorWidget(),
		chartWidget(),
		statusWidget(),
		photoWidget(),
		comicWidget(),
		noteWidget(),
		listWidget(),
		tableWidget(),
		numberWidget(),
		qrWidget(),
		titleWidget(),
		dividerWidget(),
	}
}

// catalogue is Kinds by name, made once: a screen asks for it many times.
var catalogue = sync.OnceValue(func() map[string]Kind {
	named := map[string]Kind{}
	for _, kind := range Kinds() {
		named[kind.Name] = kind
	}
	return named
})

// KindNamed is the kind of widget with that name.
func KindNamed(name string) (Kind, bool) {
	kind, ok := catalogue()[name]
	return kind, ok
}
