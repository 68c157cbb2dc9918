// The browser knows the time zone; it is offered where nobody has chosen one yet, and can be changed.
const zones = document.querySelector("select[data-guess-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones && [...zones.options].some((option) => option.value === here)) zones.value = here;
