package wire

// Compact returns JSON without the space between its parts, which says nothing.
func Compact(data []byte) string {
	text := make([]byte, 0, len(data))
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		case quoted && c == '\\' && i+1 < len(data):
			text = append(text, c)
			i++ // what is escaped ends no text
		case c == '"':
			quoted = !quoted
		}
		text = append(text, data[i])
	}
	return string(text)
}
