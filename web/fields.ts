/** A field of a form. What stands in it has the type `ValuesOf` says: a form cannot send what the API does not take. */
export type Field = Text | Count | Choice | Choices | Tick;

interface Named {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
}
interface Text extends Named {
  readonly type?: 'text' | 'password' | 'tel' | 'email';
  readonly placeholder?: string;
  readonly autocomplete?: string;
  readonly autocapitalize?: string;
  readonly inputmode?: string;
}
interface Count extends Named {
  readonly type: 'number';
  readonly min?: number;
}
/** One of several; a key that is empty stands for none. */
interface Choice extends Named {
  readonly type: 'select';
  readonly options: Options;
  readonly value?: string;
}
interface Choices extends Named {
  readonly type: 'choices';
  readonly options: Options;
  readonly value?: readonly string[];
}
interface Tick extends Named {
  readonly type: 'checkbox';
  readonly value?: boolean;
}
type Options = readonly (readonly [key: string, text: string])[];

type ValueOf<F extends Field> = F extends Choices
  ? string[]
  : F extends Tick
    ? boolean
    : F extends Count
      ? number
      : F extends Choice
        ? F['options'][number][0]
        : string;
type IsAlways<F> = F extends { readonly required: true } | { readonly type: 'choices' | 'checkbox' } ? true : false;

/** What stands in a form: what may be empty may be absent. */
export type ValuesOf<Fields extends readonly Field[]> = {
  -readonly [F in Fields[number] as IsAlways<F> extends true ? F['name'] : never]: ValueOf<F>;
} & {
  -readonly [F in Fields[number] as IsAlways<F> extends true ? never : F['name']]?: ValueOf<F>;
};
