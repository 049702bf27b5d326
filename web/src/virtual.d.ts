// Modules that build/packtexts.ts makes.
declare module 'virtual:pack-texts/*' {
  const texts: Record<string, string>;
  export default texts;
}
