package render

// vocabularies are the languages of the vocabulary, in the order of its columns; other languages have their own days and
// months, and English words.
const vocabularies = 6

// columnOf is the column of a language tag.
func columnOf(tag string) int {
	for i, language := range [vocabularies]string{"en", "de", "fr", "es", "it", "nl"} {
		if tag[:2] == language {
			return i
		}
	}
	return 0
}

// vocabulary is the screens' own words by their keys: English, German, French, Spanish, Italian, Dutch. A widget that needs another
// adds a line. Those with %d or %s are for Locale.Say.
var vocabulary = map[string][vocabularies]string{
	// Time.
	"today":          {"Today", "Heute", "Aujourd’hui", "Hoy", "Oggi", "Vandaag"},
	"tomorrow":       {"Tomorrow", "Morgen", "Demain", "Mañana", "Domani", "Morgen"},
	"yesterday":      {"Yesterday", "Gestern", "Hier", "Ayer", "Ieri", "Gisteren"},
	"now":            {"Now", "Jetzt", "Maintenant", "Ahora", "Adesso", "Nu"},
	"as of":          {"as of %s", "Stand %s", "état : %s", "a fecha de %s", "al %s", "stand %s"},
	"all day":        {"all day", "ganztägig", "toute la journée", "todo el día", "tutto il giorno", "hele dag"},
	"until":          {"until", "bis", "jusqu’à", "hasta", "fino a", "tot"},
	"from":           {"from", "ab", "dès", "desde", "da", "vanaf"},
	"more":           {"more", "weitere", "autres", "más", "altri", "meer"},
	"updated %s":     {"updated %s", "aktualisiert %s", "mis à jour %s", "actualizado %s", "aggiornato %s", "bijgewerkt %s"},
	"%d min ago":     {"%d min ago", "vor %d Min.", "il y a %d min", "hace %d min", "%d min fa", "%d min geleden"},
	"%d h ago":       {"%d h ago", "vor %d Std.", "il y a %d h", "hace %d h", "%d h fa", "%d uur geleden"},
	"%d day ago":     {"%d day ago", "vor %d Tag", "il y a %d jour", "hace %d día", "%d giorno fa", "%d dag geleden"},
	"%d days ago":    {"%d days ago", "vor %d Tagen", "il y a %d jours", "hace %d días", "%d giorni fa", "%d dagen geleden"},
	"in %d day":      {"in %d day", "in %d Tag", "dans %d jour", "en %d día", "tra %d giorno", "over %d dag"},
	"in %d days":     {"in %d days", "in %d Tagen", "dans %d jours", "en %d días", "tra %d giorni", "over %d dagen"},
	"%d day":         {"%d day", "%d Tag", "%d jour", "%d día", "%d giorno", "%d dag"},
	"%d days":        {"%d days", "%d Tage", "%d jours", "%d días", "%d giorni", "%d dagen"},
	"day":            {"day", "Tag", "jour", "día", "giorno", "dag"},
	"days":           {"days", "Tage", "jours", "días", "giorni", "dagen"},
	"day until":      {"day until", "Tag bis", "jour avant", "día hasta", "giorno a", "dag tot"},
	"days until":     {"days until", "Tage bis", "jours avant", "días hasta", "giorni a", "dagen tot"},
	"day since":      {"day since", "Tag seit", "jour depuis", "día desde", "giorno da", "dag sinds"},
	"days since":     {"days since", "Tage seit", "jours depuis", "días desde", "giorni da", "dagen sinds"},
	"over":           {"It is over", "Es ist vorbei", "C’est passé", "Ya pasó", "È passato", "Het is voorbij"},
	"day no":         {"Day", "Tag", "Jour", "Día", "Giorno", "Dag"},
	"week no":        {"Week", "Woche", "Semaine", "Semana", "Settimana", "Week"},
	"%s of the year": {"%s of the year", "%s des Jahres", "%s de l’année", "%s del año", "%s dell’anno", "%s van het jaar"},
	"good night":     {"Good night", "Gute Nacht", "Bonne nuit", "Buenas noches", "Buonanotte", "Goedenacht"},
	"wakes at":       {"Wakes at", "Wacht auf um", "Réveil à", "Despierta a las", "Si sveglia alle", "Wordt wakker om"},
	"free until":     {"Free until", "Frei bis", "Libre jusqu’à", "Libre hasta", "Libero fino a", "Vrij tot"},
	"free today":     {"Free for the rest of today", "Heute nichts mehr", "Libre le reste du jour", "Libre el resto del día", "Libero per il resto di oggi", "De rest van vandaag vrij"},

	// Weather and air.
	"weather":              {"Weather", "Wetter", "Météo", "Tiempo", "Meteo", "Weer"},
	"forecast":             {"Forecast", "Vorhersage", "Prévisions", "Pronóstico", "Previsioni", "Verwachting"},
	"temperature":          {"Temperature", "Temperatur", "Température", "Temperatura", "Temperatura", "Temperatuur"},
	"pressure":             {"pressure", "Luftdruck", "pression", "presión", "pressione", "luchtdruk"},
	"gusts":                {"gusts", "Böen", "rafales", "rachas", "raffiche", "windstoten"},
	"min":                  {"min", "Min.", "min.", "mín.", "min", "min."},
	"max":                  {"max", "Max.", "max.", "máx.", "max", "max."},
	"air quality":          {"Air quality", "Luftqualität", "Qualité de l’air", "Calidad del aire", "Qualità dell’aria", "Luchtkwaliteit"},
	"pollen":               {"Pollen", "Pollen", "Pollen", "Polen", "Polline", "Pollen"},
	"next hours":           {"Next hours", "Nächste Stunden", "Prochaines heures", "Próximas horas", "Prossime ore", "Komende uren"},
	"next days":            {"Next days", "Nächste Tage", "Prochains jours", "Próximos días", "Prossimi giorni", "Komende dagen"},
	"no forecast":          {"No forecast yet.", "Noch keine Vorhersage.", "Pas encore de prévisions.", "Aún no hay pronóstico.", "Ancora nessuna previsione.", "Nog geen verwachting."},
	"humidity":             {"humidity", "Feuchte", "humidité", "humedad", "umidità", "vochtigheid"},
	"wind":                 {"Wind", "Wind", "Vent", "Viento", "Vento", "Wind"},
	"rain":                 {"rain", "Regen", "pluie", "lluvia", "pioggia", "regen"},
	"feels like":           {"feels like", "gefühlt", "ressenti", "sensación de", "percepiti", "voelt als"},
	"clear":                {"clear", "klar", "dégagé", "despejado", "sereno", "helder"},
	"partly cloudy":        {"partly cloudy", "teils bewölkt", "en partie nuageux", "parcialmente nuboso", "poco nuvoloso", "half bewolkt"},
	"cloudy":               {"cloudy", "bewölkt", "couvert", "nublado", "nuvoloso", "bewolkt"},
	"fog":                  {"fog", "Nebel", "brouillard", "niebla", "nebbia", "mist"},
	"drizzle":              {"drizzle", "Nieselregen", "bruine", "llovizna", "pioviggine", "motregen"},
	"freezing rain":        {"freezing rain", "gefrierender Regen", "pluie verglaçante", "lluvia helada", "pioggia gelata", "ijzel"},
	"showers":              {"showers", "Schauer", "averses", "chubascos", "rovesci", "buien"},
	"snow":                 {"snow", "Schnee", "neige", "nieve", "neve", "sneeuw"},
	"thunderstorms":        {"thunderstorms", "Gewitter", "orages", "tormentas", "temporali", "onweer"},
	"hail":                 {"hail", "Hagel", "grêle", "granizo", "grandine", "hagel"},
	"%s until %s, then %s": {"%s until %s, then %s", "%s bis %s, dann %s", "%s jusqu’à %s, puis %s", "%s hasta las %s, luego %s", "%s fino alle %s, poi %s", "%s tot %s, daarna %s"},
	"%s, %s from %s":       {"%s, %s from %s", "%s, %s ab %s", "%s, %s dès %s", "%s, %s desde las %s", "%s, %s dalle %s", "%s, %s vanaf %s"},
	"%s, stays dry":        {"%s, stays dry", "%s, bleibt trocken", "%s, temps sec", "%s, sin lluvia", "%s, resta asciutto", "%s, blijft droog"},
	"air good":             {"good", "gut", "bonne", "buena", "buona", "goed"},
	"air fair":             {"fair", "ordentlich", "correcte", "aceptable", "discreta", "redelijk"},
	"air moderate":         {"moderate", "mäßig", "moyenne", "moderada", "moderata", "matig"},
	"air poor":             {"poor", "schlecht", "mauvaise", "mala", "scadente", "slecht"},
	"air very poor":        {"very poor", "sehr schlecht", "très mauvaise", "muy mala", "pessima", "zeer slecht"},

	// Sky.
	"day length":      {"%s of daylight", "%s Tageslicht", "%s de jour", "%s de luz", "%s di luce", "%s daglicht"},
	"polar day":       {"The sun does not set", "Die Sonne geht nicht unter", "Le soleil ne se couche pas", "El sol no se pone", "Il sole non tramonta", "De zon gaat niet onder"},
	"polar night":     {"The sun does not rise", "Die Sonne geht nicht auf", "Le soleil ne se lève pas", "El sol no sale", "Il sole non sorge", "De zon komt niet op"},
	"moon":            {"Moon", "Mond", "Lune", "Luna", "Luna", "Maan"},
	"new moon":        {"New moon", "Neumond", "Nouvelle lune", "Luna nueva", "Luna nuova", "Nieuwe maan"},
	"waxing crescent": {"Waxing crescent", "Zunehmende Sichel", "Premier croissant", "Luna creciente", "Luna crescente", "Wassende sikkel"},
	"first quarter":   {"First quarter", "Erstes Viertel", "Premier quartier", "Cuarto creciente", "Primo quarto", "Eerste kwartier"},
	"waxing gibbous":  {"Waxing gibbous", "Zunehmender Mond", "Gibbeuse croissante", "Gibosa creciente", "Gibbosa crescente", "Wassende maan"},
	"full moon":       {"Full moon", "Vollmond", "Pleine lune", "Luna llena", "Luna piena", "Volle maan"},
	"waning gibbous":  {"Waning gibbous", "Abnehmender Mond", "Gibbeuse décroissante", "Gibosa menguante", "Gibbosa calante", "Afnemende maan"},
	"last quarter":    {"Last quarter", "Letztes Viertel", "Dernier quartier", "Cuarto menguante", "Ultimo quarto", "Laatste kwartier"},
	"waning crescent": {"Waning crescent", "Abnehmende Sichel", "Dernier croissant", "Luna menguante", "Luna calante", "Afnemende sikkel"},
	"sunrise":         {"Sunrise", "Sonnenaufgang", "Lever du soleil", "Salida del sol", "Alba", "Zonsopkomst"},
	"sunset":          {"Sunset", "Sonnenuntergang", "Coucher du soleil", "Puesta del sol", "Tramonto", "Zonsondergang"},

	// Headings.
	"agenda":      {"Agenda", "Termine", "Agenda", "Agenda", "Agenda", "Agenda"},
	"calendar":    {"Calendar", "Kalender", "Calendrier", "Calendario", "Calendario", "Kalender"},
	"news":        {"News", "Nachrichten", "Actualités", "Noticias", "Notizie", "Nieuws"},
	"headline":    {"Headline", "Schlagzeile", "À la une", "Titular", "Titolo", "Kop"},
	"joke":        {"A joke", "Ein Witz", "Une blague", "Un chiste", "Una barzelletta", "Een grap"},
	"riddle":      {"Riddle", "Rätsel", "Devinette", "Adivinanza", "Indovinello", "Raadsel"},
	"answer":      {"Answer", "Antwort", "Réponse", "Respuesta", "Risposta", "Antwoord"},
	"quote":       {"Quotation", "Zitat", "Citation", "Cita", "Citazione", "Citaat"},
	"to do":       {"To do", "Zu erledigen", "À faire", "Tareas", "Da fare", "Te doen"},
	"photo":       {"Photo", "Foto", "Photo", "Foto", "Foto", "Foto"},
	"new device":  {"New device", "Neues Gerät", "Nouvel appareil", "Nuevo dispositivo", "Nuovo dispositivo", "Nieuw apparaat"},
	"wi-fi":       {"Wi-Fi", "WLAN", "Wi-Fi", "Wi-Fi", "Wi-Fi", "wifi"},
	"on this day": {"On this day", "Heute vor Jahren", "Ce jour-là", "Tal día como hoy", "Accadde oggi", "Op deze dag"},
	"holidays":    {"Public holidays", "Feiertage", "Jours fériés", "Días festivos", "Festività", "Feestdagen"},

	// When there is nothing.
	"no data":             {"No data", "Keine Daten", "Aucune donnée", "Sin datos", "Nessun dato", "Geen gegevens"},
	"all done":            {"All done", "Alles erledigt", "Tout est fait", "Todo hecho", "Tutto fatto", "Alles gedaan"},
	"not reachable":       {"not reachable", "nicht erreichbar", "injoignable", "no disponible", "non raggiungibile", "niet bereikbaar"},
	"no source":           {"No source is chosen.", "Keine Quelle gewählt.", "Aucune source choisie.", "Ninguna fuente elegida.", "Nessuna fonte scelta.", "Geen bron gekozen."},
	"nothing yet":         {"nothing yet", "noch nichts", "encore rien", "nada todavía", "ancora niente", "nog niets"},
	"no items":            {"Nothing to show yet.", "Noch nichts zu zeigen.", "Rien à montrer pour l’instant.", "Nada que mostrar todavía.", "Ancora niente da mostrare.", "Nog niets te tonen."},
	"no events":           {"No events", "Keine Termine", "Rien de prévu", "Sin eventos", "Nessun impegno", "Geen afspraken"},
	"no readings":         {"No readings yet.", "Noch keine Messwerte.", "Pas encore de mesures.", "Aún no hay medidas.", "Ancora nessuna misura.", "Nog geen metingen."},
	"no holidays":         {"No holidays ahead.", "Keine Feiertage in Sicht.", "Aucun jour férié à venir.", "Ningún festivo próximo.", "Nessuna festività in vista.", "Geen feestdagen op komst."},
	"no date":             {"No date is chosen.", "Kein Datum gewählt.", "Aucune date choisie.", "Ninguna fecha elegida.", "Nessuna data scelta.", "Geen datum gekozen."},
	"no note":             {"Nothing is written yet.", "Noch nichts geschrieben.", "Rien n’est encore écrit.", "Aún no hay nada escrito.", "Non c’è ancora scritto nulla.", "Er staat nog niets geschreven."},
	"bad path":            {"This path is not understood", "Dieser Pfad ist unverständlich", "Ce chemin n’est pas compris", "Esta ruta no se entiende", "Questo percorso non è chiaro", "Dit pad is onbegrijpelijk"},
	"nothing to do":       {"Nothing to do", "Nichts zu tun", "Rien à faire", "Nada que hacer", "Niente da fare", "Niets te doen"},
	"device says nothing": {"The device has not said anything yet.", "Das Gerät hat noch nichts gemeldet.", "L’appareil n’a encore rien dit.", "El dispositivo aún no ha dicho nada.", "Il dispositivo non ha ancora detto nulla.", "Het apparaat heeft nog niets gemeld."},

	// Devices.
	"battery":               {"battery", "Akku", "batterie", "batería", "batteria", "batterij"},
	"last seen":             {"last seen", "zuletzt gesehen", "vu", "visto", "visto", "laatst gezien"},
	"firmware":              {"firmware", "Firmware", "micrologiciel", "firmware", "firmware", "firmware"},
	"excellent":             {"excellent", "sehr gut", "excellent", "excelente", "ottimo", "uitstekend"},
	"good":                  {"good", "gut", "bon", "bueno", "buono", "goed"},
	"fair":                  {"fair", "mäßig", "moyen", "regular", "discreto", "matig"},
	"weak":                  {"weak", "schwach", "faible", "débil", "debole", "zwak"},
	"above":                 {"above", "über", "au-dessus de", "por encima de", "sopra", "boven"},
	"below":                 {"below", "unter", "au-dessous de", "por debajo de", "sotto", "onder"},
	"steady for an hour":    {"steady for an hour", "seit einer Stunde gleich", "stable depuis une heure", "estable desde hace una hora", "stabile da un’ora", "al een uur gelijk"},
	"%s in the last hour":   {"%s in the last hour", "%s in der letzten Stunde", "%s en une heure", "%s en la última hora", "%s nell’ultima ora", "%s in het laatste uur"},
	"min %s · max %s today": {"min %s · max %s today", "heute min. %s · max. %s", "min. %s · max. %s aujourd’hui", "mín. %s · máx. %s hoy", "min %s · max %s oggi", "min. %s · max. %s vandaag"},
	"last 24h":              {"last 24 hours", "letzte 24 Stunden", "dernières 24 heures", "últimas 24 horas", "ultime 24 ore", "laatste 24 uur"},
	"last 7d":               {"last 7 days", "letzte 7 Tage", "7 derniers jours", "últimos 7 días", "ultimi 7 giorni", "laatste 7 dagen"},
	"last 30d":              {"last 30 days", "letzte 30 Tage", "30 derniers jours", "últimos 30 días", "ultimi 30 giorni", "laatste 30 dagen"},
}
