// Reads a text/event-stream piece by piece (WHATWG HTML, 9.2.6). Unlike EventSource it also tells of
// comments: the heartbeat is how a screen knows that its data is alive.

export interface StreamEvent {
  event: string;
  data: string;
  /** The last id seen so far, also when this event carried none. */
  id: string;
}

export class SseReader {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private lastId = '';
  private doneId = '';

  /** The position of the last whole frame, which may have carried nothing else. */
  get id(): string {
    return this.doneId;
  }

  /** Takes the next piece of the stream and returns the events completed by it. */
  push(piece: string): StreamEvent[] {
    const done: StreamEvent[] = [];
    this.rest += piece;
    for (;;) {
      const end = this.rest.search(/\r\n|\n|\r/);
      // A lone CR at the very end may be half of a CRLF.
      if (end < 0 || (this.rest[end] === '\r' && end + 1 === this.rest.length)) return done;
      const line = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + (this.rest.startsWith('\r\n', end) ? 2 : 1));
      const event = this.takeLine(line);
      if (event) done.push(event);
    }
  }

  private takeLine(line: string): StreamEvent | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.lastId = value;
    return null;
  }

  private dispatch(): StreamEvent | null {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    this.doneId = this.lastId;
    if (data.length === 0 && event === '') return null;
    return { event: event || 'message', data: data.join('\n'), id: this.lastId };
  }
}
