/** What most people choose, as base words: digits and signs around them, and letters written as digits, do not count. */
const WORDS = new Set(
  (
    'password passwort passord contrasena motdepasse senha haslo parola qwerty qwertz azerty qwertyuiop qwertyui asdfghjkl ' +
    'asdfgh asdf zxcvbnm zxcvbn qazwsx qazwsxedc admin administrator root user guest test testing tester default changeme ' +
    'letmein welcome login master access secret hello iloveyou loveyou love princess sunshine shadow monkey dragon ' +
    'football baseball basketball soccer hockey batman superman starwars pokemon michael jordan jennifer jessica ashley ' +
    'charlie daniel thomas matthew andrew joshua robert nicole amanda hunter ranger buster killer pepper ginger ' +
    'flower summer winter spring autumn january february march april june july august september october november ' +
    'december monday friday sunday trustno computer internet samsung google facebook microsoft apple android linux ' +
    'ubuntu cisco oracle mustang ferrari porsche mercedes yamaha chelsea arsenal liverpool barcelona realmadrid juventus ' +
    'whatever freedom forever family mother father mylove lovely angel babygirl chocolate cookie cheese banana orange ' +
    'purple silver golden matrix phoenix diamond eagle tiger lion falcon cowboy maverick merlin gandalf pass passw temp ' +
    'temporary switchhook telephone phone voice modem office company business service support helpdesk abc abcd abcdef ' +
    'abcdefg abcdefgh aaa one two three fuckyou asshole nothing blink zaq xsw zaqxsw god jesus christ bailey maggie'
  ).split(' '),
);

const SPELLED: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Whether a password is one of those that are tried first: a common word in any dress, a run or a repetition. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase().normalize('NFKC');
  if (isRun(lower)) return true;
  const bare = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const spelled = lower.replace(/[^\p{L}]+$/u, '').replace(/[013457@$!]/g, (sign) => SPELLED[sign] ?? sign);
  const letters = (text: string) => text.replace(/[^\p{L}]/gu, '');
  return [bare, letters(bare), letters(spelled), spelled].some(
    (form) => WORDS.has(form) || WORDS.has(halfOf(form)) || (form === '' && lower.length < 16),
  );
}

/** `passwordpassword` → `password`. */
function halfOf(text: string): string {
  const half = text.slice(0, text.length / 2);
  return text === half + half ? half : text;
}

/** `11111111`, `12345678`, `abcdefgh`, `87654321`: every step the same. */
function isRun(text: string): boolean {
  const steps = new Set<number>();
  for (let index = 1; index < text.length; index += 1) {
    steps.add(text.charCodeAt(index) - text.charCodeAt(index - 1));
  }
  return steps.size <= 1 || new Set(text).size <= 2;
}
