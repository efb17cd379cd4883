/* How times, lengths and numbers read. */
import { h } from '../element.js';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** An instant: today its time, else its day; the whole of it on asking. @param {string} iso */
export function time(iso) {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  return h('time', { dateTime: iso, title: whole.format(at) }, (isToday ? clock : day).format(at));
}

/** The time of day of an instant that may be missing. @param {string | null} iso */
export const clockOf = (iso) => (iso ? clock.format(new Date(iso)) : '–');

/** As minutes and seconds. @param {number} seconds */
export function duration(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** A number as people read it; copying gives E.164 back, see `copyNumbersAsE164`. @param {string} text */
export function number(text) {
  const spaced = /^\+1\d{10}$/.test(text)
    ? text.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3')
    : /^\+\d{9,}$/.test(text)
      ? text.replace(/^(\+\d{2})(\d{3})(\d{3})(\d+)$/, '$1 $2 $3 $4')
      : text;
  return h('span', { 'data-e164': text }, spaced);
}

/** From now on what is copied from the page holds its numbers as programs want them. */
export function copyNumbersAsE164() {
  document.addEventListener('copy', (event) => {
    const selection = getSelection();
    const isTyped = event.target instanceof Element && event.target.matches('input, textarea');
    if (selection === null || selection.rangeCount === 0 || isTyped) return;
    const copy = selection.getRangeAt(0).cloneContents();
    const numbers = copy.querySelectorAll('[data-e164]');
    if (numbers.length === 0) return;
    for (const element of numbers) element.textContent = element.getAttribute('data-e164');
    event.clipboardData?.setData('text/plain', copy.textContent ?? '');
    event.preventDefault();
  });
}
