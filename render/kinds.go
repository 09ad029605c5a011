package render

// Kinds are all widgets there are, in the order the page lists them. A new widget is one file and one line here.
func Kinds() []Kind {
	return []Kind{
		dateWidget(),
		clockWidget(),
		jokeWidget(),
		agendaWidget(),
		monthWidget(),
		newsWidget(),
		riddleWidget(),
		quoteWidget(),
		onThisDayWidget(),
		holidaysWidget(),
		countdownWidget(),
		yearWidget(),
		noteWidget(),
		listWidget(),
		titleWidget(),
		dividerWidget(),
	}
}

// KindNamed is the kind of widget with that name.
func KindNamed(name string) (Kind, bool) {
	for _, kind := range Kinds() {
		if kind.Name == name {
			return kind, true
		}
	}
	return Kind{}, false
}
